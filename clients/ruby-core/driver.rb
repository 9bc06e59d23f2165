# Driver of aws-sdk-core (Debian): one call per line of stdin, one answer per line of stdout (clients/README.md).
#
# Debian does not package the apigateway gem, so the Seahorse client is made of botocore's model, the way the gem is
# generated. Serializer, signer, retries and HTTP are the library's.
require 'aws-sdk-core'
require 'json'
require 'zlib'

MODEL_PATH = '/usr/lib/python3/dist-packages/botocore/data/apigateway/2015-07-09/service-2.json'.freeze
MODEL = JSON.parse(File.exist?(MODEL_PATH) ? File.read(MODEL_PATH) : Zlib.gunzip(File.binread("#{MODEL_PATH}.gz")))

if ARGV[0] == '--version'
  puts "aws-sdk-core #{Aws::CORE_GEM_VERSION}"
  exit
end

include Seahorse::Model

CLASSES = { 'structure' => Shapes::StructureShape, 'map' => Shapes::MapShape, 'list' => Shapes::ListShape, 'integer' => Shapes::IntegerShape,
            'long' => Shapes::IntegerShape, 'boolean' => Shapes::BooleanShape, 'string' => Shapes::StringShape,
            'timestamp' => Shapes::TimestampShape, 'blob' => Shapes::BlobShape }.freeze
MADE = {}

def snake(name)
  name.gsub(/(?<!^)([A-Z])/) { "_#{$1.downcase}" }.downcase.to_sym
end

def reference(ref, extra = {})
  Shapes::ShapeRef.new(shape: shape(ref['shape']), **extra)
end

def add_members(shape, definition)
  definition['members'].each do |name, ref|
    shape.add_member(snake(name), reference(ref, location: ref['location'], location_name: ref['locationName'] || name,
                                                 required: (definition['required'] || []).include?(name)))
  end
  names = definition['members'].keys.map { |name| snake(name) }
  shape.struct_class = names.empty? ? Aws::EmptyStructure : Struct.new(*names) { include Aws::Structure }
end

def shape(name)
  return MADE[name] if MADE[name]

  definition = MODEL['shapes'][name]
  made = MADE[name] = CLASSES.fetch(definition['type'], Shapes::FloatShape).new(name: name)
  case definition['type']
  when 'structure' then add_members(made, definition)
  when 'list' then made.member = reference(definition['member'])
  when 'map'
    made.key = reference(definition['key'])
    made.value = reference(definition['value'])
  end
  made
end

API = Api.new.tap do |api|
  api.version = '2015-07-09'
  api.metadata = MODEL['metadata'].merge('endpointPrefix' => 'apigateway')
  MODEL['operations'].each do |name, definition|
    next unless definition['input'] && definition['output']

    api.add_operation(snake(name), Operation.new.tap do |operation|
      operation.name = name
      operation.http_method = definition['http']['method']
      operation.http_request_uri = definition['http']['requestUri']
      operation.input = reference(definition['input'])
      operation.output = reference(definition['output'])
    end)
  end
end

module Aws
  module APIGateway
    GEM_VERSION = '1.82.0'.freeze
    module Errors
      extend Aws::Errors::DynamicErrors
    end

    # The gem's own plugin: every call asks for JSON.
    class AcceptPlugin < Seahorse::Client::Plugin
      class Handler < Seahorse::Client::Handler
        def call(context)
          context.http_request.headers['Accept'] = 'application/json'
          @handler.call(context)
        end
      end
      handler(Handler)
    end

    class SignPlugin < Seahorse::Client::Plugin
      option(:sigv4_signer) do |config|
        Aws::Sigv4::Signer.new(service: 'apigateway', region: config.region, credentials_provider: config.credentials,
                               unsigned_headers: %w[content-length user-agent x-amzn-trace-id])
      end
      class Handler < Seahorse::Client::Handler
        def call(context)
          Aws::Plugins::SignatureV4.apply_signature(context: context, signer: context.config.sigv4_signer)
          @handler.call(context)
        end
      end
      handler(Handler, step: :sign)
    end

    class Client < Seahorse::Client::Base
      include Aws::ClientStubs
      class << self
        attr_reader :identifier

        def errors_module
          Aws::APIGateway::Errors
        end
      end
      @identifier = :apigateway
      set_api(API)
      names = %i[CredentialsConfiguration Logging ParamConverter ParamValidator UserAgent HelpfulSocketErrors RetryErrors GlobalConfiguration
                 RegionalEndpoint EndpointDiscovery EndpointPattern ResponsePaging StubResponses IdempotencyToken JsonvalueConverter
                 ClientMetricsPlugin ClientMetricsSendPlugin TransferEncoding HttpChecksum ChecksumAlgorithm DefaultsMode RecursionDetection]
      add_plugin(Seahorse::Client::Plugins::ContentLength)
      names.each { |name| add_plugin(Aws::Plugins.const_get(name)) }
      add_plugin(Aws::Plugins::Protocols::RestJson)
      add_plugin(SignPlugin)
      add_plugin(AcceptPlugin)
    end
  end
end

# By snake-case names, for structures only: the keys of maps are the caller's.
def to_ruby(value, shape)
  case shape
  when Shapes::StructureShape
    return value unless value.is_a?(Hash)

    value.to_h { |name, member| [snake(name), shape.member?(snake(name)) ? to_ruby(member, shape.member(snake(name)).shape) : member] }
  when Shapes::ListShape
    value.is_a?(Array) ? value.map { |item| to_ruby(item, shape.member.shape) } : value
  else
    value
  end
end

def to_api(value, shape)
  case value
  when Struct
    value.members.reject { |name| value[name].nil? }.to_h { |name| [shape.member(name).location_name, to_api(value[name], shape.member(name).shape)] }
  when Array then value.map { |item| to_api(item, shape.member.shape) }
  when Time then value.to_i
  else value
  end
end

def failure(code, message, status: nil, local: false)
  { ok: false, error: { code: code, message: message, status: status, local: local } }
end

def perform(client, call)
  name = snake(call['operation'])
  return { ok: false, unsupported: true } unless API.operation_names.include?(name)

  operation = API.operation(name)
  output = client.build_request(name, to_ruby(call['input'], operation.input.shape)).send_request
  { ok: true, output: to_api(output.data, operation.output.shape) }
rescue ArgumentError => e # what the SDK's own check of the parameters raises
  failure(e.class.name, e.message, local: true)
rescue Aws::Errors::ServiceError => e
  failure(e.code, e.message, status: e.context&.http_response&.status_code)
rescue StandardError => e
  failure(e.class.name, e.message)
end

client = Aws::APIGateway::Client.new(region: ENV.fetch('AWS_REGION'), endpoint: ENV.fetch('GWTAPE_ENDPOINT'))
$stdout.sync = true
$stdin.each_line do |line|
  call = JSON.parse(line)
  puts JSON.generate({ id: call['id'] }.merge(perform(client, call)))
end
