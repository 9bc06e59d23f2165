// Driver of aws4: signs the options of a node:http request, which is sent as it is.
const http = require('node:http');
const rest = require('../shared/rest.cjs');

if (process.argv[2] === '--version') {
  console.log('aws4', rest.version(__dirname, 'aws4'));
} else {
  const aws4 = rest.from(__dirname)('aws4');
  const { host, hostname, port } = new URL(rest.endpoint());
  const send = ({ method, path, members }) => new Promise((resolve, reject) => {
    const options = { hostname, port, service: 'apigateway', region: rest.region(), method, path, headers: { Host: host, Accept: 'application/json' } };
    if (members) {
      options.headers['Content-Type'] = 'application/json';
      options.body = JSON.stringify(members);
    }
    aws4.sign(options, rest.credentials());
    const request = http.request(options, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode, code: answer.headers['x-amzn-errortype'], output: JSON.parse(Buffer.concat(chunks).toString()) }));
    });
    request.on('error', reject);
    request.end(options.body);
  });
  rest.loop(rest.perform(send));
}
