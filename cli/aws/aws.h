/*
 * aws.h - the AWS CLI's own command line, for the calls that gwtape is about.
 *
 * `gwtape aws apigateway put-integration …` and `get-integration …` behave as
 * aws-cli 2.9.19 does: parsing, request, output, exit code (docs/aws-cli.md).
 */
#ifndef GWT_CLI_AWS_AWS_H
#define GWT_CLI_AWS_AWS_H

/*
 * argv[0] is `aws`, or `put-integration` or `get-integration` for short. Writes to stdout and stderr;
 * returns the AWS CLI's exit code.
 */
int gwt_aws_main(int argc, char **argv);

#endif
