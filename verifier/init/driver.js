// A driver for `gwtape verify`: reads a call a line on stdin, answers each with a line on stdout.
//
//     gwtape verify --client 'node driver.js'
//
// It signs and sends by itself, with Node.js's own modules only. Replace send() by your own client.
'use strict';
const { createHash, createHmac } = require('crypto');
const http = require('http');
const readline = require('readline');

const endpoint = new URL(process.env.GWTAPE_ENDPOINT);
const METHODS = { PutIntegration: 'PUT', GetIntegration: 'GET' };

const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

// Signature Version 4: the path is encoded once more, as for every service but S3.
function sign(method, path, headers, body) {
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  headers['X-Amz-Date'] = now;
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const signed = lower.map(([name]) => name).join(';');
  const canonical = [method, path.split('/').map(encode).join('/'), '', ...lower.map((item) => item.join(':')), '', signed, sha256(body)].join('\n');
  const scope = `${now.slice(0, 8)}/${process.env.AWS_REGION}/apigateway/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', now, scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce(hmac, 'AWS4' + process.env.AWS_SECRET_ACCESS_KEY);
  headers.Authorization = `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/${scope}, ` +
    `SignedHeaders=${signed}, Signature=${hmac(key, text).toString('hex')}`;
}

// Resolves to status, headers and body of the answer.
function send(operation, input) {
  const { restApiId, resourceId, httpMethod, ...members } = input;
  const labels = [restApiId, resourceId, httpMethod].map((label) => {
    if (typeof label !== 'string') throw new TypeError('a name of the path is missing');
    return encode(label);
  });
  const path = `/restapis/${labels[0]}/resources/${labels[1]}/methods/${labels[2]}/integration`;
  const headers = { Host: endpoint.host, Accept: 'application/json' };
  let body = '';
  if (operation === 'PutIntegration') {
    body = JSON.stringify(Object.fromEntries(Object.entries(members).map(([name, value]) => [name === 'integrationHttpMethod' ? 'httpMethod' : name, value])));
    headers['Content-Type'] = 'application/json';
  }
  sign(METHODS[operation], path, headers, body);
  if (body) headers['Content-Length'] = Buffer.byteLength(body);
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname: endpoint.hostname, port: endpoint.port, method: METHODS[operation], path, headers }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString() }));
      answer.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function perform(call) {
  if (!METHODS[call.operation]) return { ok: false, unsupported: true };
  try {
    const { status, headers, body } = await send(call.operation, call.input);
    const output = JSON.parse(body);
    if (status < 300) return { ok: true, output };
    return { ok: false, error: { code: (headers['x-amzn-errortype'] || '').split(':')[0], message: output.message, status, local: false } };
  } catch (error) {
    // A TypeError is an input that this client cannot express: no request was made.
    return { ok: false, error: { code: error.code || error.name, message: error.message, local: error instanceof TypeError } };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const call = JSON.parse(line);
    console.log(JSON.stringify({ id: call.id, ...await perform(call) }));
  }
})();
