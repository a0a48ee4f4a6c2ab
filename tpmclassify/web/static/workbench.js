// The bench on which a posting is changed: the page follows what is typed; its button needs no script.
"use strict";

const PAUSE = 120; // ms after the last key; with the judgement itself the page follows within 300
const PARTS = [".verdict", ".why", ".charts", ".posting .shown"];
const bench = document.querySelector("#workbench");
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());
if (bench) followTyping();

function followTyping() {
  const sheet = bench.elements.text, shades = bench.querySelector(".shades");
  const said = document.querySelector("[data-said]");
  const shown = () => new URLSearchParams(new FormData(bench)).toString();
  let timer, request, last = shown();
  bench.closest(".posting").classList.add("live");

  // Lies behind the typed text: the lines that are judged, found again wherever they are now.
  function shade() {
    const pieces = [];
    let position = 0;
    for (const mark of document.querySelectorAll(".posting .text mark")) {
      const line = mark.firstChild.data;
      const start = sheet.value.indexOf(line, position);
      if (start < 0) continue;
      const copy = document.createElement("span");
      copy.className = mark.className;
      copy.textContent = line;
      pieces.push(sheet.value.slice(position, start), copy);
      position = start + line.length;
    }
    shades.replaceChildren(...pieces, sheet.value.slice(position) + "\n");
  }

  async function judge() {
    if (shown() === last) return;
    request?.abort();
    request = new AbortController();
    const body = new FormData(bench), asked = shown();
    body.set("live", "1");
    try {
      const answer = await fetch(bench.action, { method: "POST", body, signal: request.signal });
      if (!answer.ok) { said.textContent = answer.status === 400 ? await answer.text() : "The page cannot judge this now."; return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of PARTS) document.querySelector(part).replaceWith(page.querySelector(part));
      last = asked;
      const verdict = document.querySelector(".verdict h1").textContent;
      if (said.textContent !== verdict) said.textContent = verdict;
      shade();
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = "The page does not answer. Is tpmclassify still running? What you typed is still here.";
    }
  }

  const soon = () => { clearTimeout(timer); timer = setTimeout(judge, PAUSE); };
  bench.addEventListener("input", () => { shade(); soon(); });
  for (const choice of document.querySelectorAll("input[name=aim]")) choice.addEventListener("change", () => { bench.querySelector("details").open = true; soon(); });
  // Where the browser brings back what was typed, the page follows.
  const isTouched = (field) => field.type === "radio" ? field.checked !== field.defaultChecked : (field.value !== (field.defaultValue ?? field.value));
  window.addEventListener("pageshow", () => {
    shade();
    if (![...bench.elements].some(isTouched)) return;
    bench.querySelector("details").open = true;
    last = "";
    judge();
  });
}
