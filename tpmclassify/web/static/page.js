// Light help for the page; everything but copying and live progress works without it.
"use strict";

let unanswered = 0; // requests in a row: see askHowFar

for (const form of document.querySelectorAll("form[data-drop]")) dropFiles(form);
for (const form of document.querySelectorAll("form[data-busy]")) showBusy(form);
for (const button of document.querySelectorAll("[data-copy], [data-copy-link]")) copyOnClick(button);
if (document.querySelector("[data-keys-on]")) pressByKey();
askAgain();
markWords(new URLSearchParams(location.search).get("words"));
if (document.querySelector("[data-lines]")) pointAtLines();
// On a telephone the rows come first.
if (matchMedia("(max-width: 44rem)").matches) for (const fold of document.querySelectorAll("[data-folds]")) fold.open = false;

function dropFiles(form) {
  const input = form.querySelector("input[type=file]");
  // A file dropped beside the form must not replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  form.addEventListener("dragover", () => form.classList.add("dropping"));
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("dropping");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

// The program behind the page may end, too: then nothing that is pressed would be kept. One answer that
// does not come says nothing: it is cut off, too, where the page itself is left.
function askAgain() {
  setTimeout(askHowFar, unanswered || document.querySelector("[data-job]") ? 150 : 4000);
}

async function askHowFar() {
  const told = document.getElementById("gone");
  try {
    const jobs = await (await fetch("/progress")).json();
    unanswered = 0;
    told?.remove();
    if (!showJobs(jobs)) return location.reload(); // and asks no more: each reload would stop the one before
  } catch {
    unanswered += 1;
    if (unanswered > 1 && !told) {
      document.getElementById("main").prepend(Object.assign(document.createElement("p"), {
        id: "gone", className: "alert", role: "alert",
        textContent: "The program behind this page has ended. Start it again (tpmclassify serve); what you decided so far is kept.",
      }));
    }
  }
  askAgain();
}

// Shows where the words that were searched for stand in the posting.
function markWords(words) {
  const lines = document.querySelector(".posting");
  if (!words || !lines || !window.CSS?.highlights) return;
  const hits = [];
  const walker = document.createTreeWalker(lines, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.toLowerCase(), wanted = words.toLowerCase();
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
      hits.push(new StaticRange({ startContainer: node, startOffset: at, endContainer: node, endOffset: at + wanted.length }));
    }
  }
  CSS.highlights.set("words", new Highlight(...hits));
}

// A line that is pointed at is the one that something is said of.
function pointAtLines() {
  const form = document.querySelector("[data-lines]");
  const choose = (event) => {
    const line = event.target.closest("mark[data-start]");
    if (!line || event.key && event.key !== "Enter") return;
    form.open = true;
    form.querySelector("#line").value = line.dataset.start;
    if (event.key) form.querySelector("#states").focus();
  };
  for (const name of ["click", "keydown"]) document.querySelector(".posting .text").addEventListener(name, choose);
}

function showBusy(form) {
  const button = form.querySelector("button[type=submit]");
  const label = button.textContent;
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", () => input.setCustomValidity(""));
  form.addEventListener("submit", (event) => {
    const most = Number(form.dataset.mostBytes);
    if (most && input.files.length && input.files[0].size > most) {
      event.preventDefault();
      input.setCustomValidity(`The file is larger than ${Math.floor(most / 1e6)} MB. Screen it with the command: tpmclassify screen FILE`);
      input.reportValidity();
      return;
    }
    button.disabled = true;
    button.textContent = form.dataset.busy;
  });
  window.addEventListener("pageshow", () => { button.disabled = false; button.textContent = label; });
}

function copyOnClick(button) {
  const status = button.parentElement.querySelector("[data-status]");
  button.addEventListener("click", async () => {
    try {
      const { copy, copyHtml } = button.dataset;
      const load = async (address) => (await fetch(address)).text();
      const text = copy ? await load(copy) : location.href;
      if (copyHtml) await navigator.clipboard.write([new ClipboardItem({ "text/plain": text, "text/html": await load(copyHtml) })]);
      else await navigator.clipboard.writeText(text);
      status.textContent = "Copied.";
    } catch {
      status.textContent = "The browser did not allow copying.";
    }
  });
}

// A key that was meant for the row before must not decide this one.
const SEEN_MS = 400;

function pressByKey() {
  const shown = performance.now();
  const toggle = document.querySelector("[data-keys-on]");
  const help = document.getElementById("keys-help");
  toggle.checked = localStorage.getItem("keys") !== "off";
  toggle.addEventListener("change", () => localStorage.setItem("keys", toggle.checked ? "on" : "off"));
  document.querySelector("[data-open]").addEventListener("click", () => help.showModal());
  help.querySelector("[data-close]").addEventListener("click", () => help.close());
  const boxes = [...document.querySelectorAll("input[name=chosen]")];
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (!toggle.checked || typing || help.open || event.repeat || event.metaKey || event.altKey) return;
    const key = event.ctrlKey && event.key === "z" ? "u" : event.key.toLowerCase();
    if (event.ctrlKey && key !== "u") return;
    const step = { arrowdown: 1, arrowup: -1 }[key];
    const control = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (step && boxes.length) {
      event.preventDefault();
      const here = boxes.indexOf(document.activeElement);
      boxes[Math.min(Math.max(here + step, 0), boxes.length - 1)].focus();
    } else if (control) {
      event.preventDefault();
      if (control.type !== "submit" || performance.now() - shown >= SEEN_MS) control.click();
    }
  });
}

// Says whether the page still shows what is so; what is done has a page of another kind.
function showJobs(jobs) {
  for (const element of document.querySelectorAll("[data-job]")) {
    const job = jobs[element.dataset.job];
    if (!job || job.state === "failed" && element.dataset.state !== "failed") return false;
    const rows = element.querySelector("[data-done]");
    if (rows) rows.textContent = `${job.done.toLocaleString("en")} rows`;
    const phase = element.querySelector("[data-phase]");
    if (phase && phase.textContent !== job.phase) phase.textContent = job.phase;
    const bar = element.querySelector("progress");
    if (bar) bar.value = job.share;
    const share = element.querySelector("[data-share]");
    if (share) share.textContent = `${Math.floor(100 * job.share)}%`;
  }
  return true;
}
