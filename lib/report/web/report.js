/* report.js - of the report alone: an address that names a request opens it, and so does paper. */
function openNamed() {
	const row = /^#r\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
	if (!row)
		return;
	for (let part = row; part; part = part.parentElement.closest("details"))
		part.open = true;
	row.scrollIntoView();
}

/* What is folded would not be printed. */
let closed = [];
addEventListener("beforeprint", () => {
	closed = [...document.querySelectorAll(".row.fail, .row.fail details, .after")].filter((part) => !part.open);
	for (const part of closed)
		part.open = true;
});
addEventListener("afterprint", () => {
	for (const part of closed)
		part.open = false;
});
addEventListener("hashchange", openNamed);
openNamed();
