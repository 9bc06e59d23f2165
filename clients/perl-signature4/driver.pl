# Driver of AWS::Signature4 with LWP: one call per line of stdin, one answer per line of stdout (clients/README.md).
use strict;
use warnings;
use lib '../shared';
use AWS::Signature4;
use Rest;

my $signer = AWS::Signature4->new(-access_key => $ENV{AWS_ACCESS_KEY_ID}, -secret_key => $ENV{AWS_SECRET_ACCESS_KEY});

# It takes the service from the host's name, so it signs for API Gateway's; the request then goes to the endpoint.
Rest::loop(sub {
    my ($request) = @_;
    my $host = $request->uri->host_port;
    $request->uri->scheme('http');
    $request->uri->host_port("apigateway.$ENV{AWS_REGION}.amazonaws.com:80");
    $signer->sign($request, $ENV{AWS_REGION});
    $request->uri->host_port($host);
    return $request;
});
