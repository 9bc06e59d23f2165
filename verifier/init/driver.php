<?php
// A driver for `gwtape verify`: reads a call a line on stdin, answers each with a line on stdout.
//
//     gwtape verify --client 'php driver.php'
//
// It signs and sends by itself, with what PHP brings along. Replace send() by your own client.
const METHODS = ['PutIntegration' => 'PUT', 'GetIntegration' => 'GET'];

// Signature Version 4: the path is encoded once more, as for every service but S3.
function sign(string $method, string $path, array $headers, string $body): array
{
    $now = gmdate('Ymd\THis\Z');
    $headers['X-Amz-Date'] = $now;
    $lower = array_change_key_case($headers);
    ksort($lower);
    $signed = implode(';', array_keys($lower));
    $lines = array_map(fn ($name, $value) => "$name:$value", array_keys($lower), $lower);
    $uri = implode('/', array_map('rawurlencode', explode('/', $path)));
    $canonical = implode("\n", [$method, $uri, '', ...$lines, '', $signed, hash('sha256', $body)]);
    $scope = substr($now, 0, 8) . '/' . getenv('AWS_REGION') . '/apigateway/aws4_request';
    $text = implode("\n", ['AWS4-HMAC-SHA256', $now, $scope, hash('sha256', $canonical)]);
    $key = 'AWS4' . getenv('AWS_SECRET_ACCESS_KEY');
    foreach (explode('/', $scope) as $part) {
        $key = hash_hmac('sha256', $part, $key, true);
    }
    $headers['Authorization'] = 'AWS4-HMAC-SHA256 Credential=' . getenv('AWS_ACCESS_KEY_ID') . "/$scope, SignedHeaders=$signed, Signature="
        . hash_hmac('sha256', $text, $key);
    return $headers;
}

// Status, the error's code and the body of the answer.
function send(string $operation, object $input): array
{
    $labels = [];
    foreach (['restApiId', 'resourceId', 'httpMethod'] as $name) {
        if (!is_string($input->$name ?? null)) {
            throw new TypeError("$name is missing");
        }
        $labels[] = rawurlencode($input->$name);
        unset($input->$name);
    }
    $path = vsprintf('/restapis/%s/resources/%s/methods/%s/integration', $labels);
    $headers = ['Host' => substr(getenv('GWTAPE_ENDPOINT'), strlen('http://')), 'Accept' => 'application/json'];
    $body = '';
    if ($operation === 'PutIntegration') {
        $members = new stdClass();
        foreach ($input as $name => $value) {
            $members->{$name === 'integrationHttpMethod' ? 'httpMethod' : $name} = $value;
        }
        $body = json_encode($members, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION);
        $headers['Content-Type'] = 'application/json';
    }
    $headers = sign(METHODS[$operation], $path, $headers, $body);
    $lines = array_map(fn ($name, $value) => "$name: $value", array_keys($headers), $headers);
    $context = stream_context_create(['http' => ['method' => METHODS[$operation], 'header' => $lines, 'content' => $body, 'ignore_errors' => true]]);
    $answer = @file_get_contents(getenv('GWTAPE_ENDPOINT') . $path, false, $context);
    if ($answer === false) {
        throw new RuntimeException('no answer');
    }
    preg_match('/^x-amzn-ErrorType:\s*([^:\s]*)/mi', implode("\n", $http_response_header), $code);
    return [(int) explode(' ', $http_response_header[0])[1], $code[1] ?? '', $answer];
}

function perform(object $call): array
{
    if (!isset(METHODS[$call->operation])) {
        return ['ok' => false, 'unsupported' => true];
    }
    try {
        [$status, $code, $body] = send($call->operation, $call->input);
    } catch (Throwable $error) { // a TypeError: an input that this client cannot express, so that no request was made
        return ['ok' => false, 'error' => ['code' => get_class($error), 'message' => $error->getMessage(), 'local' => $error instanceof TypeError]];
    }
    $output = json_decode($body);
    if ($status < 300) {
        return ['ok' => true, 'output' => $output];
    }
    return ['ok' => false, 'error' => ['code' => $code, 'message' => $output->message ?? '', 'status' => $status, 'local' => false]];
}

while (($line = fgets(STDIN)) !== false) {
    $call = json_decode($line);
    fwrite(STDOUT, json_encode(['id' => $call->id] + perform($call)) . "\n");
}
