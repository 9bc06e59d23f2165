# Records CALLS (a JSON file) with VCR and WebMock into the folder of TAPE; the host's connection goes to PORT.
require 'json'
require 'net/http'
require 'socket'
require 'vcr'

calls, port, tape, form = JSON.parse(File.read(ARGV[0])), ARGV[1].to_i, ARGV[2], ARGV[3]
class << Socket
  alias_method :tcp_there, :tcp
  attr_accessor :port
  def tcp(_host, _port, *_rest, **_options, &block)
    tcp_there('127.0.0.1', port, &block)
  end
end
Socket.port = port
VCR.configure do |c|
  c.cassette_library_dir = File.dirname(tape)
  c.hook_into :webmock
  c.allow_http_connections_when_no_cassette = true
end
options = { record: :all, serialize_with: form.to_sym }
VCR.use_cassette(File.basename(tape, '.*'), options) do
  calls.each do |call|
    uri = URI(call['url'])
    request = Net::HTTPGenericRequest.new(call['method'], !call['body'].nil?, true, uri.path, call['headers'])
    request.body = call['body'] if call['body']
    puts Net::HTTP.start(uri.host, uri.port) { |http| http.request(request).code }
  end
end
