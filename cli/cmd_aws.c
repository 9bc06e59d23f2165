/* cmd_aws.c - gwtape aws, put-integration, get-integration: the AWS CLI's command line. */
#include "cli/aws/aws.h"
#include "cli/command.h"

static const struct gwt_option no_options[] = { { 0 } };

static const char details[] =
	"Behaves as the AWS CLI 2.9.19 does: parsing, request, output, exit code (docs/aws-cli.md).\n"
	"'gwtape aws apigateway put-integration help' shows AWS's own page. Options of ours, whole words only:\n"
	"  --print-request         print the signed request and send nothing\n"
	"  --check [CASSETTE]      compare the request with a cassette and send nothing\n"
	"  --record NAME           send it, and store the call as the cassette NAME\n"
	"Exit codes are the AWS CLI's: 252, 253, 254, 255, 130; --check: 1, 5.\n";

const struct gwt_command gwt_cmd_aws = {
	.name = "aws",
	.about = "the AWS CLI's own command line: 'gwtape aws apigateway put-integration ...'",
	.synopsis = "ARGS...",
	.options = no_options,
	.details = details,
	.own_main = gwt_aws_main,
};

const struct gwt_command gwt_cmd_put_integration = {
	.name = "put-integration",
	.about = "short for 'gwtape aws apigateway put-integration'",
	.synopsis = "ARGS...",
	.options = no_options,
	.details = details,
	.own_main = gwt_aws_main,
};

const struct gwt_command gwt_cmd_get_integration = {
	.name = "get-integration",
	.about = "short for 'gwtape aws apigateway get-integration'",
	.synopsis = "ARGS...",
	.options = no_options,
	.details = details,
	.own_main = gwt_aws_main,
};
