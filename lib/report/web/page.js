"use strict";
/* page.js - what the report and the live page share: searching, opening, moving with the arrow keys. */
const list = document.getElementById("list");
const search = document.getElementById("search");
const shown = document.getElementById("shown");

/* The one session that is shown; null for all. Only the live page sets it. */
let only = null;

const rows = () => [...list.querySelectorAll(".row")];
/* In the report, what a breach has as its consequences is folded below it. */
const folds = () => [...list.querySelectorAll(".after")];
const isVisible = (row) => row.checkVisibility ? row.checkVisibility() : row.offsetParent !== null;

/* All words must be in the row, wherever they stand. */
function find() {
	const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
	for (const row of rows()) {
		const text = words.length ? row.textContent.toLowerCase() : "";
		row.hidden = !words.every((word) => text.includes(word)) || (only !== null && row.dataset.session !== only);
	}
	for (const fold of words.length ? folds() : [])
		fold.open = fold.querySelector(".row:not([hidden])") !== null;
	tell();
}

/* How many are left, for those who do not see the list. */
function tell() {
	const all = rows();
	const chosen = document.querySelector("input[name=show]:checked");
	const left = all.filter((row) => !row.hidden &&
		(!chosen || chosen.value === "all" || row.classList.contains(chosen.value))).length;
	shown.textContent = left === all.length ? "" : `${left} of ${all.length} shown`;
}

function openAll(open) {
	for (const part of [...folds(), ...rows()])
		if (!open || isVisible(part))
			part.open = open;
}

/* Up, Down, Home and End go from one request to the next; Tab goes through everything, as ever. */
function move(event) {
	const summary = event.target.closest(".row > summary");
	if (!summary || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
		return;
	const visible = rows().filter(isVisible);
	const at = visible.indexOf(summary.parentElement);
	const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: visible.length - 1 }[event.key];
	if (to === undefined || !visible[to])
		return;
	event.preventDefault();
	visible[to].querySelector("summary").focus();
}

for (const tool of document.querySelectorAll(".script"))
	tool.hidden = false;
search.addEventListener("input", find);
document.addEventListener("change", (event) => event.target.name === "show" && tell());
document.getElementById("open-all").addEventListener("click", () => openAll(true));
document.getElementById("close-all").addEventListener("click", () => openAll(false));
list.addEventListener("keydown", move);
