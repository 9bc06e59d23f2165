// Driver of aws-lite, without plugins: it serializes the payload and signs; the path is the caller's.
const rest = require('../shared/rest.cjs');

async function main() {
  const client = await rest.from(__dirname)('@aws-lite/client')({
    ...rest.credentials(), region: rest.region(), service: 'apigateway', endpoint: rest.endpoint(), autoloadPlugins: false, plugins: [],
  });
  await rest.loop(rest.perform(async ({ method, path, members }) => {
    const call = { service: 'apigateway', path, method, headers: { accept: 'application/json' } };
    if (members) {
      call.headers['content-type'] = 'application/json';
      call.payload = members;
    }
    try {
      const answer = await client(call);
      return { status: answer.statusCode, output: answer.payload };
    } catch (error) {
      if (!error.statusCode) throw error;
      return { status: error.statusCode, code: error.headers?.['x-amzn-errortype'], output: { message: error.message } };
    }
  }));
}

if (process.argv[2] === '--version') console.log('@aws-lite/client', rest.version(__dirname, '@aws-lite/client'));
else main();
