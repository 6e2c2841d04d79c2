// Sizes over the wire (gzip -9) of what a page loads before it shows anything. Fails when a budget is passed.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUILT = new URL("../assistant/web/", import.meta.url);
const KB = 1024;
const manifest = JSON.parse(readFileSync(new URL("app/.vite/manifest.json", BUILT), "utf8"));
const packed = (path) => gzipSync(readFileSync(new URL(path, BUILT)), { level: 9 }).length;

/** Files that `entry` needs at once: itself, its static imports and all their styles. */
function filesOf(entry, seen = new Set()) {
  const chunk = manifest[entry];
  if (!chunk || seen.has(entry)) return [];
  seen.add(entry);
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((name) => filesOf(name, seen))];
}
const sizeOf = (files) => [...new Set(files)].reduce((sum, file) => sum + packed(`app/${file}`), 0);

const first = filesOf("index.html");
const rows = [["console, initial", sizeOf([...first, ...filesOf("src/console/ConsolePage.vue")]) + packed("app/index.html"), 120 * KB]];
for (const [page, entry] of [["dashboard", "src/dashboard/DashboardPage.vue"], ["knowledge", "src/knowledge/KnowledgePage.vue"]]) {
  rows.push([`${page} chunk`, sizeOf(filesOf(entry).filter((file) => !first.includes(file))), (page === "dashboard" ? 240 : 60) * KB]);
}
// The charts are a chunk of their own, loaded after the page: they count with the dashboard.
const charts = Object.entries(manifest).filter(([name]) => /echarts|charts/i.test(name)).map(([, chunk]) => chunk.file);
if (charts.length) rows.push(["dashboard with charts", rows[1][1] + sizeOf(charts), 240 * KB]);
rows.push(["widget loader", packed("loader/loader.js"), 3 * KB], ["widget app", packed("widget/app.js") + packed("widget/app.css"), 20 * KB]);
// The other parts of the window and its languages come when they are first wanted.
for (const name of readdirSync(new URL("widget/assets/", BUILT)).filter((file) => file.endsWith(".js"))) {
  rows.push([`widget ${name.replace(/-[^-]+$/, "")}`, packed(`widget/assets/${name}`), 4 * KB]);
}

let over = false;
for (const [name, size, limit] of rows) {
  if (size > limit) over = true;
  console.log(`${size > limit ? "OVER" : "ok  "} ${name.padEnd(22)} ${(size / KB).toFixed(1).padStart(6)} / ${limit / KB} KB`);
}
process.exit(over ? 1 : 0);
