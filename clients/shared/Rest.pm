package Rest;
# What the drivers of Perl's signers share: path and body, as a user of theirs would make them, and the loop.
use strict;
use warnings;
use HTTP::Request;
use JSON::PP;
use LWP::UserAgent;
use URI::Escape;

my %METHODS = (PutIntegration => 'PUT', GetIntegration => 'GET');
my $wire = JSON::PP->new->utf8->canonical->allow_nonref;
my $lines = JSON::PP->new->utf8->canonical;

# The request of a call, not signed yet.
sub request {
    my ($call) = @_;
    my %members = %{ $call->{input} };
    my @labels = map { defined $members{$_} && !ref $members{$_} ? uri_escape_utf8(delete $members{$_}, '^A-Za-z0-9\-._~') : die "missing $_\n" }
        qw(restApiId resourceId httpMethod);
    my $path = "/restapis/$labels[0]/resources/$labels[1]/methods/$labels[2]/integration";
    my $request = HTTP::Request->new($METHODS{ $call->{operation} }, $ENV{GWTAPE_ENDPOINT} . $path);
    $request->header(Accept => 'application/json');
    if ($call->{operation} eq 'PutIntegration') {
        $members{httpMethod} = delete $members{integrationHttpMethod} if exists $members{integrationHttpMethod};
        $request->header('Content-Type' => 'application/json');
        $request->content($wire->encode(\%members));
    }
    return $request;
}

sub perform {
    my ($agent, $sign, $call) = @_;
    return { ok => JSON::PP::false, unsupported => JSON::PP::true } unless $METHODS{ $call->{operation} };
    my $request = eval { request($call) };
    return { ok => JSON::PP::false, error => { code => 'Refused', message => "$@", local => JSON::PP::true } } unless $request;
    my $answer = $agent->request($sign->($request));
    my $output = eval { $wire->decode($answer->content) };
    return { ok => JSON::PP::true, output => $output } if $answer->code < 300 && defined $output;
    my ($code) = split /:/, $answer->header('x-amzn-ErrorType') // '';
    return { ok => JSON::PP::false, error => { code => $code // '', message => ref $output ? $output->{message} : $answer->status_line,
                                               status => 0 + $answer->code, local => JSON::PP::false } };
}

# `sign` takes a request and gives it back signed.
sub loop {
    my ($sign) = @_;
    my $agent = LWP::UserAgent->new(keep_alive => 1);
    $| = 1;
    binmode STDIN;
    binmode STDOUT;
    while (my $line = <STDIN>) {
        my $call = $lines->decode($line);
        print $lines->encode({ id => $call->{id}, %{ perform($agent, $sign, $call) } }), "\n";
    }
}

1;
