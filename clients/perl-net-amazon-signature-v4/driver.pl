# Driver of Net::Amazon::Signature::V4 with LWP: one call per line of stdin, one answer per line of stdout
# (clients/README.md).
use strict;
use warnings;
use lib '../shared';
use Net::Amazon::Signature::V4;
use POSIX qw(strftime);
use Rest;

my $signer = Net::Amazon::Signature::V4->new($ENV{AWS_ACCESS_KEY_ID}, $ENV{AWS_SECRET_ACCESS_KEY}, $ENV{AWS_REGION}, 'apigateway');

Rest::loop(sub {
    my ($request) = @_;
    $request->header(Host => $request->uri->host_port);
    $request->header('X-Amz-Date' => strftime('%Y%m%dT%H%M%SZ', gmtime));
    return $signer->sign($request);
});
