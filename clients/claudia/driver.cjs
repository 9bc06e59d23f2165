// Driver of Claudia.js: one call per line of stdin, one answer per line of stdout (clients/README.md).
//
// Claudia has no call for one integration: it makes them while it deploys a web API (src/tasks/rebuild-web-api.js). A
// PutIntegration is such a deployment of one route, whose other calls (resources, methods, the permission of the
// function) are answered here and never sent. It makes two kinds: AWS_PROXY of a Lambda function, and the MOCK of a
// preflight request. Every other input is `local`: it cannot be said in Claudia's configuration.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
const Module = require('node:module');
const rest = require('../shared/rest.cjs');

const REBUILD = 'claudia/src/tasks/rebuild-web-api';
const PERMISSION = 'claudia/src/tasks/allow-api-invocation';
const LAMBDA = /^arn:([^:]+):apigateway:([^:]+):lambda:path\/2015-03-31\/functions\/arn:[^:]+:lambda:[^:]+:([^:]+):function:([^:]+):\$\{stageVariables\.lambdaVersion\}\/invocations$/;
const LABELS = ['restApiId', 'resourceId', 'httpMethod'];

class CannotSay extends Error {
  code = 'CannotSay';
}

// The calls around PutIntegration, and what answers them.
const AROUND = {
  getResources: ({ resourceId }) => ({ items: [{ id: resourceId, path: '/' }] }),
  putRestApi: () => ({}),
  createDeployment: () => ({}),
  putMethod: () => ({}),
  putMethodResponse: () => ({}),
  putIntegrationResponse: () => ({}),
};

// The SDK's client with those calls answered. `result` keeps what PutIntegration gave.
function surround(client, input, result) {
  for (const [name, answer] of Object.entries(AROUND)) client[name] = () => ({ promise: async () => answer(input) });
  const put = client.putIntegration.bind(client);
  client.putIntegration = (members) => ({
    promise: async () => {
      try {
        result.output = await put(members).promise();
      } catch (error) {
        result.error = error;
        throw error;
      }
    },
  });
  return client;
}

function only(input, names) {
  const other = Object.keys(input).find((name) => ![...LABELS, ...names].includes(name));
  if (other) throw new CannotSay(`Claudia's configuration has no ${other} for this integration`);
}

function preflight(input) {
  only(input, ['type', 'requestTemplates']);
  if (input.httpMethod !== 'OPTIONS') throw new CannotSay("Claudia makes MOCK integrations of OPTIONS alone");
  if (JSON.stringify(input.requestTemplates) !== '{"application/json":"{\\"statusCode\\": 200}"}') throw new CannotSay("Claudia's MOCK has one template");
  return { name: 'f', account: '', partition: 'aws', region: rest.region(), config: { version: 3, routes: { '': {} } } };
}

function lambda(input) {
  only(input, ['type', 'uri', 'integrationHttpMethod', 'credentials', 'passthroughBehavior', 'contentHandling', 'cacheKeyParameters']);
  const [, partition, region, account, name] = LAMBDA.exec(input.uri) ?? [];
  if (!name) throw new CannotSay('Claudia calls a function by the stage variable lambdaVersion');
  if (input.integrationHttpMethod !== 'POST' || input.passthroughBehavior !== 'WHEN_NO_MATCH') throw new CannotSay('Claudia always says POST and WHEN_NO_MATCH');
  const options = {};
  if (input.credentials !== undefined) options.invokeWithCredentials = input.credentials;
  if (input.contentHandling !== undefined) options.requestContentHandling = input.contentHandling;
  if (input.cacheKeyParameters !== undefined) options.requestParameters = Object.fromEntries(input.cacheKeyParameters.map((key) => [key, true]));
  return { name, account, partition, region, config: { version: 3, corsHandlers: false, routes: { '': { [input.httpMethod]: options } } } };
}

function described(input) {
  const kinds = { MOCK: preflight, AWS_PROXY: lambda };
  if (!kinds[input.type]) throw new CannotSay(`Claudia makes no integration of type ${input.type}`);
  if (LABELS.some((name) => typeof input[name] !== 'string' || input[name] === '')) throw new CannotSay('a name of the path is missing');
  return kinds[input.type](input);
}

async function perform({ rebuild, AWS, APIGateway }, { operation, input }) {
  const result = {};
  if (operation !== 'PutIntegration') return { ok: false, unsupported: true };
  try {
    const { name, account, partition, region, config } = described(input);
    AWS.APIGateway = function Client(options) {
      return surround(new APIGateway({ ...options, endpoint: rest.endpoint() }), input, result);
    };
    await rebuild(name, 'latest', input.restApiId, config, account, partition, region);
    return { ok: true, output: result.output };
  } catch (error) {
    const status = result.error?.statusCode ?? null;
    const local = !result.error && error instanceof CannotSay;
    return { ok: false, error: { code: error.code ?? error.name, message: error.message, status, local } };
  }
}

// Claudia's task, with the permission of the function (a call of Lambda) left out.
function load(from) {
  const AWS = from('aws-sdk');
  const permission = from.resolve(PERMISSION);
  require.cache[permission] = Object.assign(new Module(permission), { loaded: true, exports: () => Promise.resolve() });
  return { rebuild: from(REBUILD), AWS, APIGateway: AWS.APIGateway };
}

if (process.argv[2] === '--version') {
  console.log('claudia', rest.version(__dirname, 'claudia'));
} else {
  const claudia = load(rest.from(__dirname));
  rest.loop((call) => perform(claudia, call));
}
