/*
 * browser.cjs - a browser on a pipe, for tests/e2e/browser.py.
 *
 *     browser.cjs CHROMIUM
 *
 * Reads one JSON object a line, {"do": …}, and answers each with one line, {"value": …} or {"error": …}. Names are
 * looked up for this machine's addresses only, so that nothing could leave it; "seen" lists all that was tried.
 */
"use strict";
const readline = require("node:readline");
const { chromium } = require("playwright-core");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
const TIMEOUT = 30000;

let browser, context, page, seen;

async function open({ url, scheme = "light", script = true, width = 1280, height = 800 }) {
	if (context)
		await context.close();
	seen = { requests: [], messages: [], dialogs: [] };
	context = await browser.newContext({ colorScheme: scheme, javaScriptEnabled: script, viewport: { width, height } });
	context.setDefaultTimeout(TIMEOUT);
	page = await context.newPage();
	page.on("request", (request) => seen.requests.push(request.url()));
	page.on("console", (message) => seen.messages.push(message.text()));
	page.on("pageerror", (error) => seen.messages.push(String(error)));
	page.on("dialog", (dialog) => {
		seen.dialogs.push(dialog.message());
		return dialog.accept();
	});
	await page.goto(url);
}

const commands = {
	open,
	click: ({ at }) => page.locator(at).first().click(),
	press: ({ key }) => page.keyboard.press(key),
	type: ({ text }) => page.keyboard.type(text),
	/* Text as it is seen; waits until the element is. */
	read: async ({ at }) => {
		await page.locator(at).first().waitFor();
		return page.locator(at).first().innerText();
	},
	/* Wait until an element with this text is seen. */
	wait: ({ at, text }) => page.locator(at, { hasText: text }).first().waitFor(),
	gone: ({ at }) => page.locator(at).first().waitFor({ state: "hidden" }),
	count: ({ at }) => page.locator(at).filter({ visible: true }).count(),
	run: ({ code }) => page.evaluate(code),
	style: ({ at, name }) => page.locator(at).first().evaluate((e, n) => getComputedStyle(e)[n], name),
	/* What a person sees behind an element: the first background that is not transparent. */
	colours: ({ at }) => page.locator(at).first().evaluate((e) => {
		const colour = getComputedStyle(e).color;
		let back = "";
		for (; e; e = e.parentElement) {
			back = getComputedStyle(e).backgroundColor;
			if (back !== "rgba(0, 0, 0, 0)")
				break;
		}
		return [colour, back];
	}),
	media: ({ media }) => page.emulateMedia({ media }),
	cut: ({ url }) => page.route(url, (route) => route.abort()),
	mend: ({ url }) => page.unroute(url),
	shot: async ({ path, whole }) => void await page.screenshot({ path, fullPage: !!whole }),
	seen: () => seen,
};

async function main() {
	browser = await chromium.launch({ executablePath: process.argv[2], args: FLAGS });
	for await (const line of readline.createInterface({ input: process.stdin })) {
		let answer;
		try {
			const command = JSON.parse(line);
			const value = await commands[command.do](command);
			answer = { value: value === undefined ? null : value };
		} catch (error) {
			answer = { error: String(error) };
		}
		process.stdout.write(JSON.stringify(answer) + "\n");
	}
	await browser.close();
}

main();
