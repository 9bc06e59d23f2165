/** A deployment that signs its requests itself, with Node.js's own modules. */
import { createHash, createHmac } from 'node:crypto';

const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const hash = (text) => createHash('sha256').update(text).digest('hex');

async function call(method, path, value) {
    const endpoint = new URL(process.env.GWTAPE_ENDPOINT);
    const target = endpoint.pathname.replace(/\/$/, '') + path;
    const body = value ? JSON.stringify(value) : '';
    const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const headers = { accept: 'application/json', host: endpoint.host, 'x-amz-date': stamp };
    if (body) headers['content-type'] = 'application/json';
    const names = Object.keys(headers).sort();
    // The path is encoded once more than it is sent.
    const path2 = target.split('/').map(encodeURIComponent).join('/').replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    const canonical = [method, path2, '', ...names.map((n) => `${n}:${headers[n]}`), '', names.join(';'), hash(body)].join('\n');
    const scope = `${stamp.slice(0, 8)}/${process.env.AWS_REGION}/apigateway/aws4_request`;
    const key = scope.split('/').reduce(hmac, `AWS4${process.env.AWS_SECRET_ACCESS_KEY}`);
    const signature = hmac(key, ['AWS4-HMAC-SHA256', stamp, scope, hash(canonical)].join('\n')).toString('hex');
    delete headers.host;
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
    const answer = await fetch(endpoint.origin + target, { method, headers, body: body || undefined });
    const result = await answer.json();
    if (!answer.ok) throw new Error(result.message);
    return result;
}

export async function deploy({ seconds = false } = {}) {
    const path = '/restapis/a1b2c3d4e5/resources/x7y8z9/methods/GET/integration';
    const wanted = { type: 'HTTP', httpMethod: 'GET', uri: 'https://example.com/pets' };
    if (seconds) wanted.timeoutInMillis = 29;
    await call('PUT', path, wanted);
    return call('GET', path);
}
