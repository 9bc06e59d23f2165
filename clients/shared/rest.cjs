// What drivers of JavaScript clients share. Signers know no API: their drivers make path and body here, as a user of
// theirs would, with encodeURIComponent and JSON.stringify.
const { createRequire } = require('node:module');
const path = require('node:path');
const readline = require('node:readline');

const METHODS = { PutIntegration: 'PUT', GetIntegration: 'GET' };

// Where the packages of the wanted version are.
exports.home = (folder) => {
  const version = process.env.GWTAPE_CLIENT_VERSION;
  return version ? path.join(folder, 'versions', version) : folder;
};
exports.from = (folder) => createRequire(path.join(exports.home(folder), 'package.json'));
// The version of a package, whatever it exports.
exports.version = (folder, name) => JSON.parse(require('node:fs').readFileSync(path.join(exports.home(folder), 'node_modules', name, 'package.json'), 'utf8')).version;

exports.credentials = () => ({ accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY });
exports.region = () => process.env.AWS_REGION;
exports.endpoint = () => process.env.GWTAPE_ENDPOINT;

// {method, path, members}; null for an operation that it does not have.
exports.route = ({ operation, input }) => {
  if (!METHODS[operation]) return null;
  const { restApiId, resourceId, httpMethod, ...rest } = input;
  const labels = [restApiId, resourceId, httpMethod].map((label) => {
    if (typeof label !== 'string') throw new TypeError('a name of the path is missing');
    return encodeURIComponent(label);
  });
  const members = operation === 'PutIntegration'
    ? Object.fromEntries(Object.entries(rest).map(([name, value]) => [name === 'integrationHttpMethod' ? 'httpMethod' : name, value]))
    : undefined;
  return { method: METHODS[operation], path: `/restapis/${labels[0]}/resources/${labels[1]}/methods/${labels[2]}/integration`, members };
};

// `send` takes a route and gives {status, code, output}.
exports.perform = (send) => async (call) => {
  let route;
  try {
    route = exports.route(call);
  } catch (error) {
    return { ok: false, error: { code: error.name, message: error.message, status: null, local: true } };
  }
  if (!route) return { ok: false, unsupported: true };
  const { status, code, output } = await send(route);
  if (status < 300) return { ok: true, output };
  return { ok: false, error: { code: (code || '').split(':')[0], message: output?.message ?? '', status, local: false } };
};

exports.loop = async (perform) => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const call = JSON.parse(line);
    let answer;
    try {
      answer = await perform(call);
    } catch (error) {
      answer = { ok: false, error: { code: error.code || error.name, message: String(error.message), status: null, local: false } };
    }
    console.log(JSON.stringify({ id: call.id, ...answer }));
  }
};
