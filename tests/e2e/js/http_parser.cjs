/*
 * http_parser.cjs - what Node.js's HTTP parser (llhttp) makes of bytes.
 *
 * Cases on standard input, each its length as four bytes, the highest first, then its bytes; one line for each, in the
 * form of tests/support/h1_read.c: requests, then "end", "more", or "refused" and the parser's code.
 */
"use strict";
const { HTTPParser, methods } = process.binding("http_parser");

const all = require("node:fs").readFileSync(0);
const hex = (bytes) => "x" + Buffer.from(bytes).toString("hex");

/* Headers come in kOnHeaders where there are many: only the target then matters. */
function read(bytes) {
	const parser = new HTTPParser();
	const done = [];
	let request = null, target = "";
	parser.initialize(HTTPParser.REQUEST, {});
	parser[HTTPParser.kOnHeaders | 0] = (headers, url) => { target += url; };
	parser[HTTPParser.kOnHeadersComplete | 0] = (major, minor, headers, method, url) => {
		request = { method: methods[method], target: url || target, body: [] };
		return 0;
	};
	parser[HTTPParser.kOnBody | 0] = (buffer, offset, length) => {
		request.body.push(offset === undefined ? Buffer.from(buffer) : Buffer.from(buffer.subarray(offset, offset + length)));
	};
	parser[HTTPParser.kOnMessageComplete | 0] = () => {
		done.push(`${hex(request.method)} ${hex(Buffer.from(request.target, "latin1"))} ${hex(Buffer.concat(request.body))};`);
		request = null;
		target = "";
	};
	const result = parser.execute(bytes, 0, bytes.length);
	const open = parser.finish();
	const end = result instanceof Error ? "refused " + result.code : request || open instanceof Error ? "more" : "end";
	parser.close();
	return done.join("") + end;
}

const lines = [];
for (let at = 0; at < all.length;) {
	const length = all.readUInt32BE(at);
	lines.push(read(all.subarray(at + 4, at + 4 + length)));
	at += 4 + length;
}
process.stdout.write(lines.join("\n") + "\n");
