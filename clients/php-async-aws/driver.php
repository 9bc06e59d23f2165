<?php
// Driver of async-aws (Debian): one call per line of stdin, one answer per line of stdout (clients/README.md). There is
// no package for API Gateway, so the API's class is written here the way async-aws generates its own.
require 'AsyncAws/Core/autoload.php';
require_once 'Symfony/Component/HttpClient/autoload.php';

use AsyncAws\Core\AbstractApi;
use AsyncAws\Core\Exception\Http\HttpException;
use AsyncAws\Core\Request;
use AsyncAws\Core\RequestContext;
use AsyncAws\Core\Signer\SignerV4;
use AsyncAws\Core\Stream\StreamFactory;

const METHODS = ['PutIntegration' => 'PUT', 'GetIntegration' => 'GET'];

class ApiGatewayClient extends AbstractApi
{
    protected function getServiceCode(): string
    {
        return 'apigateway';
    }

    protected function getSignatureVersion(): string
    {
        return 'v4';
    }

    protected function getSignatureScopeName(): string
    {
        return 'apigateway';
    }

    protected function getEndpointMetadata(?string $region): array
    {
        return ['endpoint' => "https://apigateway.$region.amazonaws.com", 'signRegion' => $region, 'signService' => 'apigateway', 'signVersions' => ['v4']];
    }

    protected function getSignerFactories(): array
    {
        return ['v4' => fn (string $service, string $region) => new SignerV4($service, $region)];
    }

    public function perform(string $operation, object $input): mixed
    {
        $labels = [];
        foreach (['restApiId', 'resourceId', 'httpMethod'] as $name) {
            if (!is_string($input->$name ?? null)) {
                throw new TypeError("$name is missing");
            }
            $labels[] = rawurlencode($input->$name);
            unset($input->$name);
        }
        $body = '';
        if ($operation === 'PutIntegration') {
            $members = [];
            foreach ($input as $name => $value) {
                $members[$name === 'integrationHttpMethod' ? 'httpMethod' : $name] = $value;
            }
            $body = json_encode((object) $members, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR);
        }
        $path = vsprintf('/restapis/%s/resources/%s/methods/%s/integration', $labels);
        $headers = ['Accept' => 'application/json'] + ($body === '' ? [] : ['Content-Type' => 'application/json']);
        $request = new Request(METHODS[$operation], $path, [], $headers, StreamFactory::create($body));
        $response = $this->getResponse($request, new RequestContext(['operation' => $operation, 'region' => getenv('AWS_REGION')]));
        $response->resolve();
        return json_decode($response->getContent() ?: 'null');
    }
}

class Answered extends RuntimeException
{
}

function failure(string $code, string $message, ?int $status, bool $local): array
{
    return ['ok' => false, 'error' => ['code' => $code, 'message' => $message, 'status' => $status, 'local' => $local]];
}

function perform(ApiGatewayClient $client, object $call): array
{
    if (!isset(METHODS[$call->operation])) {
        return ['ok' => false, 'unsupported' => true];
    }
    try {
        return ['ok' => true, 'output' => $client->perform($call->operation, $call->input)];
    } catch (HttpException $error) {
        return failure($error->getAwsCode() ?? '', $error->getAwsMessage() ?? $error->getMessage(), $error->getResponse()->getStatusCode(), false);
    } catch (TypeError | JsonException $error) {
        return failure(get_class($error), $error->getMessage(), null, true);
    } catch (Throwable $error) {
        return failure(get_class($error), $error->getMessage(), null, false);
    }
}

$client = new ApiGatewayClient(['endpoint' => getenv('GWTAPE_ENDPOINT'), 'region' => getenv('AWS_REGION'),
    'accessKeyId' => getenv('AWS_ACCESS_KEY_ID'), 'accessKeySecret' => getenv('AWS_SECRET_ACCESS_KEY')]);
while (($line = fgets(STDIN)) !== false) {
    $call = json_decode($line);
    fwrite(STDOUT, json_encode(['id' => $call->id] + perform($client, $call), JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}
