/* live.js - of the live page alone: ask the journal for what is new, show it, say when nobody answers. */
const ROWS = 512;
const EVERY = 1000;
const RETRY = 2000;
const PATIENCE = 10000;

const byId = (id) => document.getElementById(id);
const state = { journal: "", seen: 0, total: 0, broken: 0, known: false, paused: false, busy: false, lost: "", timer: 0 };

async function call(path, method) {
	const answer = await fetch("/_gwtape/" + path, {
		method: method || "GET", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE),
	});
	if (!answer.ok)
		throw new Error(`${path}: ${answer.status}`);
	return answer.json();
}

function setTile(id, count) {
	byId(id).textContent = count;
	byId(id).parentElement.classList.toggle("none", !count);
}

/* [class of the heading, its mark, its words]: the first that applies. */
function heading() {
	const { total, broken, lost, paused } = state;
	const requests = total === 1 ? "request" : "requests";
	if (lost)
		return ["wait", "lost", `The replay does not answer since ${lost}: it has ended, or is busy. Trying again`];
	if (paused)
		return ["wait", "pause", `Paused after ${total} ${requests}`];
	if (!total)
		return ["wait", "wait", "Waiting for the first request"];
	if (broken)
		return ["fail", "FAIL", `${broken} of ${total} ${requests} broke the contract`];
	return ["ok", "ok", `Every request matched: ${total}`];
}

function showState() {
	const [name, mark, says] = heading();
	byId("state").className = name;
	byId("mark").textContent = mark;
	byId("says").textContent = says;
	document.title = `${mark}: ${says} - gwtape live`;
	setTile("requests-count", state.total);
	setTile("matched-count", state.total - state.broken);
	setTile("broken-count", state.broken);
	byId("empty").hidden = state.total > 0;
	list.hidden = state.total === 0;
}

/* The server wrote the row, and escaped in it what the client sent (lib/report/html_row.c). */
function rowOf(entry) {
	const template = document.createElement("template");
	template.innerHTML = entry.html;
	const row = template.content.firstElementChild;
	row.dataset.session = entry.session === null ? "" : entry.session;
	return row;
}

function addRows(entries) {
	for (const entry of entries) {
		list.prepend(rowOf(entry));
		state.seen = entry.number;
	}
	while (list.children.length > ROWS)
		list.lastElementChild.remove();
	const older = state.total - list.children.length;
	byId("older").hidden = older <= 0;
	byId("older").textContent = `${older} older ones are not shown here; the report will have them.`;
	if (entries.length)
		find();
}

/* Said once for all that came together, to those who do not see the page. */
function tellNews(entries, wasLost) {
	const broken = entries.filter((entry) => !entry.ok).length;
	if (broken)
		byId("news").textContent = `${broken} broken, ${heading()[2]}`;
	else if (wasLost)
		byId("news").textContent = "The replay answers again";
}

function forget(journal) {
	list.replaceChildren();
	Object.assign(state, { journal, seen: 0, total: 0, broken: 0 });
}

async function askJournal() {
	const answer = await call(`journal?form=html&limit=${ROWS}&after=${state.seen}`);
	if (answer.journal !== state.journal) {
		const fresh = state.seen === 0;
		forget(answer.journal);
		if (!fresh)
			return askJournal();
	}
	return answer;
}

/* What a test suite limited it to (PUT .../scenarios). */
function limitOf(session) {
	if (!session.scenarios)
		return "";
	return session.scenarios.length === 1 ? `, only ${session.scenarios[0]}` : `, only ${session.scenarios.length} scenarios`;
}

function sessionButton(session, name) {
	const button = document.createElement("button");
	const count = document.createElement("span");
	button.type = "button";
	button.dataset.session = session.id;
	button.setAttribute("aria-pressed", String(only === session.id));
	button.className = session.broken ? "fail" : "ok";
	count.textContent = ` ${session.requests} requests, ${session.broken} broken${limitOf(session)}`;
	button.append(name, count);
	return button;
}

/* Unnamed, there is one session, and nothing to choose from. */
function showSessions(sessions) {
	const named = sessions.filter((session) => session.id !== null);
	const part = byId("sessions-list");
	const focused = part.contains(document.activeElement) ? document.activeElement.dataset.session : null;
	if (only !== null && !named.some((session) => session.id === only)) {
		only = null;
		find();
	}
	setTile("sessions-count", named.length);
	byId("sessions-part").hidden = byId("sessions-count").parentElement.hidden = named.length === 0;
	part.replaceChildren(...named.slice(0, ROWS).map((session) => sessionButton(session, session.id)));
	for (const button of part.children)
		if (button.dataset.session === focused)
			button.focus();
}

async function ask() {
	const answer = await askJournal();
	const news = answer.total !== state.total || answer.entries.length > 0;
	const wasLost = state.lost !== "";
	Object.assign(state, { total: answer.total, broken: answer.broken, lost: "" });
	addRows(answer.entries);
	showState();
	tellNews(answer.entries, wasLost);
	if (news || !state.known) {
		showSessions((await call("sessions")).sessions);
		const health = await call("health");
		setTile("cassettes-count", health.cassettes);
		byId("endpoint").textContent = byId("endpoint-again").textContent = health.endpoint;
		state.known = true;
	}
}

/* One round at a time, and the next one after it: a slow answer does not pile up others. */
async function poll() {
	clearTimeout(state.timer);
	if (state.paused || state.busy)
		return;
	state.busy = true;
	try {
		await ask();
	} catch {
		if (!state.lost) {
			state.lost = new Date().toLocaleTimeString();
			byId("news").textContent = heading()[2];
		}
		showState();
	}
	state.busy = false;
	state.timer = setTimeout(poll, state.lost ? RETRY : EVERY);
}

function pause() {
	state.paused = !state.paused;
	byId("pause").setAttribute("aria-pressed", String(state.paused));
	showState();
	poll();
}

async function reset() {
	if (!confirm("Forget every session's progress and the requests so far?"))
		return;
	try {
		await call("reset", "POST");
	} catch {
		byId("news").textContent = "The replay could not be reset";
	}
	poll();
}

byId("pause").addEventListener("click", pause);
byId("reset").addEventListener("click", reset);
byId("sessions-list").addEventListener("click", (event) => {
	const button = event.target.closest("button");
	if (!button)
		return;
	only = only === button.dataset.session ? null : button.dataset.session;
	for (const other of byId("sessions-list").children)
		other.setAttribute("aria-pressed", String(other.dataset.session === only));
	find();
});
poll();
