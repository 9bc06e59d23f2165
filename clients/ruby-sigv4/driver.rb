# Driver of Aws::Sigv4::Signer with Net::HTTP: one call per line of stdin, one answer per line of stdout
# (clients/README.md).
require 'aws-sigv4'
require 'erb'
require 'json'
require 'net/http'

ENDPOINT = URI(ENV.fetch('GWTAPE_ENDPOINT'))
METHODS = { 'PutIntegration' => Net::HTTP::Put, 'GetIntegration' => Net::HTTP::Get }.freeze
SIGNER = Aws::Sigv4::Signer.new(service: 'apigateway', region: ENV.fetch('AWS_REGION'),
                                access_key_id: ENV.fetch('AWS_ACCESS_KEY_ID'), secret_access_key: ENV.fetch('AWS_SECRET_ACCESS_KEY'))

def send_call(operation, input)
  labels = %w[restApiId resourceId httpMethod].map { |name| ERB::Util.url_encode(input.delete(name) || raise(ArgumentError, "#{name} is missing")) }
  path = format('/restapis/%s/resources/%s/methods/%s/integration', *labels)
  headers = { 'Accept' => 'application/json' }
  body = nil
  if operation == 'PutIntegration'
    headers['Content-Type'] = 'application/json'
    body = JSON.generate(input.to_h { |name, value| [name == 'integrationHttpMethod' ? 'httpMethod' : name, value] })
  end
  signature = SIGNER.sign_request(http_method: METHODS[operation]::METHOD, url: "#{ENDPOINT}#{path}", headers: headers, body: body || '')
  request = METHODS[operation].new(path, headers.merge(signature.headers))
  request.body = body if body
  Net::HTTP.start(ENDPOINT.host, ENDPOINT.port, nil) { |http| http.max_retries = 0; http.request(request) }
end

def perform(call)
  return { ok: false, unsupported: true } unless METHODS[call['operation']]

  answer = send_call(call['operation'], call['input'])
  output = JSON.parse(answer.body)
  return { ok: true, output: output } if answer.code.to_i < 300

  { ok: false, error: { code: answer['x-amzn-ErrorType'].to_s.split(':').first, message: output['message'], status: answer.code.to_i, local: false } }
rescue ArgumentError, TypeError => e
  { ok: false, error: { code: e.class.name, message: e.message, local: true } }
rescue StandardError => e
  { ok: false, error: { code: e.class.name, message: e.message, local: false } }
end

$stdout.sync = true
$stdin.each_line do |line|
  call = JSON.parse(line)
  puts JSON.generate({ id: call['id'] }.merge(perform(call)))
end
