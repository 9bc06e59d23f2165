/*
 * Records CALLS (a JSON file) as a HAR, as TOOL writes it:
 *
 *     har_tape.cjs TOOL CALLS OUT [CHROMIUM]
 *
 * Browsers open the server's own page first, so that the calls are of one origin; each answer's status is printed.
 */
"use strict";
const fs = require("node:fs");
const { createRequire } = require("node:module");
const load = createRequire(process.cwd() + "/");

const [tool, file, out, executablePath] = process.argv.slice(2);
const calls = JSON.parse(fs.readFileSync(file));
const origin = new URL(calls[0].url).origin + "/";
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];

/* In the page: the calls, and beside them what pages do as well. */
async function inPage(list) {
	const told = [];
	await fetch("data:text/plain,beside").catch(() => 0);
	await new Promise((done) => {
		const socket = new WebSocket(location.origin.replace("http", "ws") + "/socket");
		socket.onerror = socket.onopen = done;
	});
	for (const { method, url, headers, body } of list) {
		const answer = await fetch(url, { method, headers, body });
		await answer.text();
		told.push(answer.status);
	}
	return told;
}

const inPageText = `(${inPage})(${JSON.stringify(calls)})`;

async function playwright(options) {
	const browser = await load("playwright-core").chromium.launch({ executablePath, args });
	const context = await browser.newContext({ recordHar: { path: out, ...options } });
	const page = await context.newPage();
	await page.goto(origin + "#top");
	const told = await page.evaluate(inPageText);
	await context.close();
	await browser.close();
	return told;
}

async function withPuppeteer(work) {
	const browser = await load("puppeteer-core").launch({ executablePath, args });
	try {
		return await work(await browser.newPage(), browser);
	} finally {
		await browser.close();
	}
}

const puppeteerHar = () => withPuppeteer(async (page) => {
	const Har = load("puppeteer-har");
	const har = new Har(page);
	await har.start({ path: out, saveResponse: true, captureMimeTypes: ["application/json"] });
	await page.goto(origin);
	const told = await page.evaluate(inPageText);
	await har.stop();
	return told;
});

const capturer = () => withPuppeteer((page, browser) => new Promise((done, failed) => {
	let told;
	load("chrome-har-capturer").run([origin], {
		port: new URL(browser.wsEndpoint()).port,
		content: true,
		postHook: async (url, client) => {
			const { result } = await client.Runtime.evaluate(
				{ expression: inPageText, awaitPromise: true, returnByValue: true });
			told = result.value;
		},
	}).on("fail", (url, error) => failed(error)).on("har", (har) => {
		fs.writeFileSync(out, JSON.stringify(har, null, 2));
		done(told);
	});
}));

/* Polly.js keeps each recording in folders of its own names. */
async function polly() {
	const core = load("@pollyjs/core");
	const folder = out + ".recordings";
	core.Polly.register(load("@pollyjs/adapter-node-http"));
	core.Polly.register(load("@pollyjs/persister-fs"));
	const session = new core.Polly("tape", {
		adapters: ["node-http"], persister: "fs", persisterOptions: { fs: { recordingsDir: folder } }, mode: "record",
		logging: false,
	});
	const told = [];
	for (const { method, url, headers, body } of calls)
		told.push(await new Promise((done, failed) => {
			const request = require("node:http").request(url, { method, headers }, (answer) => {
				answer.resume();
				answer.on("end", () => done(answer.statusCode));
			});
			request.on("error", failed);
			request.end(body || undefined);
		}));
	await session.stop();
	const found = fs.readdirSync(folder, { recursive: true }).find((name) => name.endsWith(".har"));
	fs.renameSync(`${folder}/${found}`, out);
	return told;
}

const tools = {
	playwright: () => playwright({}),
	"playwright-minimal": () => playwright({ mode: "minimal" }),
	"puppeteer-har": puppeteerHar,
	"chrome-har-capturer": capturer,
	polly,
};

tools[tool]().then((told) => console.log(told.join(" ")), (error) => {
	console.error(error);
	process.exit(1);
});
