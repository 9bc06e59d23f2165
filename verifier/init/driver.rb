# A driver for `gwtape verify`: reads a call a line on stdin, answers each with a line on stdout.
#
#     gwtape verify --client 'ruby driver.rb'
#
# It signs and sends by itself, with the standard library only. Replace send_call by your own client.
require 'json'
require 'net/http'
require 'openssl'

ENDPOINT = URI(ENV.fetch('GWTAPE_ENDPOINT'))
METHODS = { 'PutIntegration' => Net::HTTP::Put, 'GetIntegration' => Net::HTTP::Get }.freeze

def encode(text, keep = '')
  text.b.gsub(%r{[^A-Za-z0-9\-._~#{keep}]}n) { |c| format('%%%02X', c.ord) }
end

def sha256(bytes)
  OpenSSL::Digest::SHA256.hexdigest(bytes)
end

# Signature Version 4: the path is encoded once more, as for every service but S3.
def sign(method, path, headers, body)
  now = Time.now.utc.strftime('%Y%m%dT%H%M%SZ')
  headers['X-Amz-Date'] = now
  lower = headers.map { |name, value| [name.downcase, value] }.sort
  signed = lower.map(&:first).join(';')
  canonical = [method, encode(path, '/'), '', *lower.map { |item| item.join(':') }, '', signed, sha256(body)].join("\n")
  scope = "#{now[0, 8]}/#{ENV.fetch('AWS_REGION')}/apigateway/aws4_request"
  text = ['AWS4-HMAC-SHA256', now, scope, sha256(canonical)].join("\n")
  key = scope.split('/').inject("AWS4#{ENV.fetch('AWS_SECRET_ACCESS_KEY')}") { |k, part| OpenSSL::HMAC.digest('SHA256', k, part) }
  headers['Authorization'] = "AWS4-HMAC-SHA256 Credential=#{ENV.fetch('AWS_ACCESS_KEY_ID')}/#{scope}, " \
                             "SignedHeaders=#{signed}, Signature=#{OpenSSL::HMAC.hexdigest('SHA256', key, text)}"
end

def send_call(operation, input)
  labels = %w[restApiId resourceId httpMethod].map { |name| encode(input.delete(name)) }
  path = format('/restapis/%s/resources/%s/methods/%s/integration', *labels)
  headers = { 'Host' => "#{ENDPOINT.host}:#{ENDPOINT.port}", 'Accept' => 'application/json' }
  body = ''
  if operation == 'PutIntegration'
    body = JSON.generate(input.to_h { |name, value| [name == 'integrationHttpMethod' ? 'httpMethod' : name, value] })
    headers['Content-Type'] = 'application/json'
  end
  sign(METHODS[operation]::METHOD, path, headers, body)
  request = METHODS[operation].new(path, headers)
  request.body = body unless body.empty?
  Net::HTTP.start(ENDPOINT.host, ENDPOINT.port, nil) { |http| http.max_retries = 0; http.request(request) }
end

def perform(call)
  return { ok: false, unsupported: true } unless METHODS[call['operation']]

  answer = send_call(call['operation'], call['input'])
  output = JSON.parse(answer.body)
  return { ok: true, output: output } if answer.code.to_i < 300

  { ok: false, error: { code: answer['x-amzn-ErrorType'].to_s.split(':').first, message: output['message'],
                        status: answer.code.to_i, local: false } }
rescue NoMethodError, TypeError => e # an input that this client cannot express: no request was made
  { ok: false, error: { code: e.class.name, message: e.message, local: true } }
end

$stdout.sync = true
$stdin.each_line do |line|
  call = JSON.parse(line)
  puts JSON.generate({ id: call['id'] }.merge(perform(call)))
end
