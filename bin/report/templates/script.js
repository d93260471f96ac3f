"use strict";
// What the page can do besides being read: find runs, choose those to compare, follow and switch lines of a chart.
// Without it everything is there, and every run is compared.
(() => {
  const runs = JSON.parse(document.getElementById("data").textContent);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const COLORS = 8, DASHES = ["", "6 4", "2 3", "9 3 2 3"], MOST_LINES = 16;
  // The rules of the axes, as in axis.rs.
  const WIDE_SPAN = 10, LEAST_SPAN = 1e-3, LEAST_OF_WHOLE = 0.2, LEAST = Number.MIN_VALUE * 2 ** 52;
  document.documentElement.classList.add("js");

  const make = (name, attributes = {}, ...content) => {
    const inSvg = ["svg", "g", "line", "path", "circle", "text"].includes(name);
    const made = inSvg ? document.createElementNS(SVG, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content);
    return made;
  };
  // The namespace is taken from a drawing that is there, so that the page names no address.
  const SVG = (document.querySelector("svg") || document.documentElement).namespaceURI;

  const shown = (value) => {
    const size = Math.abs(value);
    if (value === 0) return "0";
    if (Number.isInteger(value) && size < 1e15) return String(value);
    if (size >= 1e-4 && size < 1e6) return String(Number(value.toPrecision(5)));
    return value.toExponential(4).replace(/\.?0+e/, "e").replace("e+", "e");
  };

  // Charts

  const charts = all("figure.chart").map((figure) => {
    const chart = {
      figure,
      quantities: figure.dataset.quantities.split(" "),
      compares: "compares" in figure.dataset,
      across: figure.dataset.across,
      drawings: all(":scope > svg", figure).map((svg) => {
        const numbers = (text) => (text || "").split(" ").map(Number);
        const [left, top, right, bottom] = numbers(svg.dataset.box);
        return { svg, left, top, right, bottom, x: numbers(svg.dataset.x), y: numbers(svg.dataset.y) };
      }),
      logarithmic: figure.querySelector("svg[data-log='1']") !== null,
      shares: figure.dataset.quantities.includes("accuracy"),
      list: figure.querySelector(".legend ul"),
      at: figure.querySelector(".at"),
    };
    chart.lines = all("li", chart.list).map((item) => {
      const { run, curve, color, dash } = item.dataset;
      const points = runs[run].curves[curve][2];
      return { run: +run, color: +color, dash: +dash, points, on: true, label: item.querySelector(".name").textContent };
    });
    legend(chart);
    const scale = make("button", { type: "button" }, "");
    scale.addEventListener("click", () => {
      chart.logarithmic = !chart.logarithmic;
      draw(chart);
    });
    figure.querySelector("figcaption").append(scale);
    chart.scale = scale;
    nameScale(chart);
    for (const drawing of chart.drawings) follow(chart, drawing);
    return chart;
  });

  function nameScale(chart) {
    const values = visible(chart).flatMap((line) => line.points.map((point) => point[1]));
    chart.scale.hidden = !chart.drawings.length || chart.shares || !(extent(values)[0] >= LEAST);
    chart.scale.textContent = chart.logarithmic ? "linear axis" : "logarithmic axis";
  }

  function visible(chart) {
    return chart.lines.filter((line) => line.on);
  }

  function legend(chart) {
    chart.list.replaceChildren(...chart.lines.map((line) => {
      const dash = DASHES[line.dash];
      const stroke = make("line", { x1: 0, y1: 4, x2: 24, y2: 4, stroke: `var(--c${line.color})`, "stroke-width": 2.5, "stroke-dasharray": dash || "none" });
      const swatch = make("svg", { class: "swatch", viewBox: "0 0 24 8", "aria-hidden": "true" }, stroke);
      line.value = make("span", { class: "value" }, "");
      const button = make("button", { type: "button", "aria-pressed": "true" }, swatch, make("span", { class: "name" }, line.label), line.value);
      button.addEventListener("click", () => {
        line.on = !line.on;
        button.setAttribute("aria-pressed", String(line.on));
        draw(chart);
      });
      return make("li", {}, button);
    }));
    atEnd(chart);
  }

  function atEnd(chart) {
    chart.at.textContent = "at the end";
    for (const line of chart.lines) line.value.textContent = shown(line.points[line.points.length - 1][1]);
  }

  const decade = (value) => Math.floor(Math.log10(value) + 1e-9);
  const superscript = (power) => String(power).replace(/./g, (one) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(one)]);
  // 1, 2, 5, 10 and so on, numbered from 1 at 0.
  const third = (at) => ((at % 3) + 3) % 3;
  const roundNumber = (at) => Number(`${[1, 2, 5][third(at)]}e${Math.floor(at / 3)}`);
  const extent = (values) => {
    let low = Infinity, high = -Infinity;
    for (const value of values) { low = Math.min(low, value); high = Math.max(high, value); }
    return [low, high];
  };
  const spansDecades = (values) => {
    const [low, high] = extent(values);
    return low >= LEAST && high / low > WIDE_SPAN;
  };

  function linearAxis(low, high, whole, toTicks, count) {
    const size = Math.max(Math.abs(low), Math.abs(high));
    const margin = whole ? Math.max(LEAST_SPAN * size, 1) : 0.05 * size;
    if (size * LEAST_SPAN < LEAST) [low, high] = [0, 1];
    else if (!(high - low > LEAST_SPAN * size)) [low, high] = [low - margin, high + margin];
    const rough = (high - low) / count, unit = 10 ** decade(rough);
    let step = [1, 2, 5, 10].map((factor) => factor * unit).find((one) => one >= rough * 0.999) || rough;
    if (whole) step = Math.max(step, 1);
    if (toTicks) [low, high] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
    const power = decade(step), values = [];
    for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9 && values.length < 41; index++) values.push(index * step);
    const largest = Math.max(...values.map(Math.abs)), top = decade(largest);
    const label = (value) => {
      if (largest < 1e7 && power >= -4) return value.toFixed(Math.max(-power, 0)).replace(/^-([0.]*)$/, "$1");
      return value ? `${(value / 10 ** top).toFixed(Math.max(top - power, 0))}·10${superscript(top)}` : "0";
    };
    return { low, high, ticks: values.map((value) => [value, label(value)]) };
  }

  function logarithmicAxis(low, high, count) {
    const first = decade(low) * 3 - 3, last = decade(high) * 3 + 6;
    let below = last, above = first;
    while (below > first && !(roundNumber(below) <= low * (1 + 1e-9))) below--;
    while (above < last && !(roundNumber(above) >= high * (1 - 1e-9))) above++;
    if (below === above) { below--; above++; }
    else if (above - below === 1) above++;
    const decades = Math.ceil((above - below) / 3);
    const every = above - below <= 8 ? 1 : 3 * Math.ceil(decades / (count + 1));
    const places = [];
    for (let at = below; at <= above; at++) if (((at % every) + every) % every === 0) places.push(at);
    const plain = places.every((at) => roundNumber(at) >= 1e-4 && roundNumber(at) < 1e6);
    const label = (at) => {
      const power = Math.floor(at / 3), factor = [1, 2, 5][third(at)];
      if (plain) return roundNumber(at).toFixed(Math.max(-power, 0));
      return `${factor === 1 ? "" : `${factor}·`}10${superscript(power)}`;
    };
    return { low: Math.max(roundNumber(below), LEAST), high: roundNumber(above), ticks: places.map((at) => [roundNumber(at), label(at)]) };
  }

  function acrossAxis(values, count) {
    const [low, high] = extent(values);
    return linearAxis(low, high, values.every(Number.isInteger), false, count);
  }

  function upAxis(values, chart) {
    let [low, high] = extent(values);
    if (chart.logarithmic) return logarithmicAxis(low, high, 5);
    if (chart.shares) {
      [low, high] = [low, high].map((end) => Math.min(Math.max(end, 0), 1));
      const lacking = Math.max(LEAST_OF_WHOLE - (high - low), 0) / 2;
      [low, high] = [low - lacking, high + lacking];
      const shift = Math.max(-low, 0) - Math.max(high - 1, 0);
      [low, high] = [Math.max(low + shift, 0), Math.min(high + shift, 1)];
    } else if (low > 0 && low <= 0.3 * high) low = 0;
    return linearAxis(low, high, false, true, 5);
  }

  const place = (drawing, chart) => {
    const { left, right, top, bottom, x, y } = drawing;
    const height = chart.logarithmic ? Math.log10 : (value) => value;
    const [low, high] = y.map(height);
    return {
      across: (value) => left + (value - x[0]) / (x[1] - x[0]) * (right - left),
      up: (value) => bottom - (height(value) - low) / (high - low) * (bottom - top),
    };
  };

  // Draws the lines that are on, with axes that fit them, in place of what was drawn.
  function draw(chart) {
    const lines = visible(chart);
    const of = (index) => lines.flatMap((line) => line.points.map((point) => point[index]));
    if (chart.logarithmic && !(extent(of(1))[0] >= LEAST)) chart.logarithmic = false;
    nameScale(chart);
    for (const drawing of chart.drawings) {
      const { svg, left, right, top, bottom } = drawing;
      const columns = acrossAxis(lines.length ? of(0) : [0, 1], right - left > 350 ? 6 : 4);
      const rows = upAxis(lines.length ? of(1) : [0, 1], chart);
      drawing.x = [columns.low, columns.high];
      drawing.y = [rows.low, rows.high];
      const { across, up } = place(drawing, chart);
      const rule = (x1, y1, x2, y2, color) => make("line", { x1, y1, x2, y2, stroke: `var(--${color})`, "stroke-width": 1 });
      const word = (x, y, anchor, text, size = 11) => make("text", { x, y, "text-anchor": anchor, "font-size": size }, text);
      const parts = [];
      for (const [value, label] of columns.ticks) {
        const x = across(value);
        parts.push(rule(x, top, x, bottom, "grid"), word(x, bottom + 17, "middle", label));
      }
      for (const [value, label] of rows.ticks) {
        const y = up(value);
        parts.push(rule(left, y, right, y, "grid"), word(left - 8, y + 4, "end", label));
      }
      parts.push(rule(left, bottom, right, bottom, "axis"), rule(left, top, left, bottom, "axis"));
      parts.push(word((left + right) / 2, svg.viewBox.baseVal.height - 6, "middle", chart.across, 12));
      for (const line of lines) {
        const color = `var(--c${line.color})`;
        const path = line.points.map(([x, y], index) => `${index ? "L" : "M"}${across(x).toFixed(2)} ${up(y).toFixed(2)}`).join("");
        parts.push(line.points.length > 1
          ? make("path", { d: path, fill: "none", stroke: color, "stroke-width": 1.8, "stroke-dasharray": DASHES[line.dash] || "none" })
          : make("circle", { cx: across(line.points[0][0]), cy: up(line.points[0][1]), r: 3.5, fill: color }));
      }
      svg.replaceChildren(...parts);
    }
    atEnd(chart);
  }

  // Shows in the legend what every line has where the pointer is, or the arrow keys.
  function follow(chart, drawing) {
    const { svg } = drawing;
    svg.setAttribute("tabindex", "0");
    let current = null;
    const nearest = (points, x) => points.reduce((best, point) => Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best);
    const clear = () => {
      all(".cross, .dot", svg).forEach((mark) => mark.remove());
    };
    const show = (x) => {
      const lines = visible(chart);
      if (!lines.length) return;
      current = lines.map((line) => nearest(line.points, x)[0]).reduce((best, one) => Math.abs(one - x) < Math.abs(best - x) ? one : best);
      const { across, up } = place(drawing, chart);
      clear();
      const at = across(current);
      svg.append(make("line", { class: "cross", x1: at, x2: at, y1: drawing.top, y2: drawing.bottom }));
      for (const line of chart.lines) {
        const last = line.points[line.points.length - 1];
        const [px, py] = nearest(line.points, current);
        const covers = current >= line.points[0][0] && current <= last[0];
        line.value.textContent = line.on && covers ? shown(py) : "–";
        if (line.on && covers) svg.append(make("circle", { class: "dot", cx: across(px), cy: up(py), r: 4, fill: `var(--c${line.color})` }));
      }
      chart.at.textContent = `at ${chart.across} ${shown(current)}`;
    };
    const leave = () => {
      current = null;
      clear();
      atEnd(chart);
    };
    const point = (event) => {
      const matrix = svg.getScreenCTM();
      if (!matrix) return;
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()).x;
      const share = (at - drawing.left) / (drawing.right - drawing.left);
      show(drawing.x[0] + share * (drawing.x[1] - drawing.x[0]));
    };
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerdown", point);
    svg.addEventListener("pointerleave", leave);
    svg.addEventListener("blur", leave);
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const places = [...new Set(visible(chart).flatMap((line) => line.points.map((one) => one[0])))].sort((a, b) => a - b);
      if (!places.length) return;
      const index = current === null ? (step > 0 ? -1 : places.length) : places.indexOf(current);
      show(places[Math.min(Math.max(index + step, 0), places.length - 1)]);
    });
  }

  // Runs chosen to be compared

  const boxes = all("[data-choose]");
  const chosen = new Set(boxes.map((box) => +box.dataset.choose));

  const among = chosen.size;
  const tell = () => {
    const output = document.getElementById("chosen");
    if (output) output.textContent = `${chosen.size} of ${among} runs`;
  };
  tell();

  function compare() {
    tell();
    for (const box of boxes) box.checked = chosen.has(+box.dataset.choose);
    for (const chart of charts.filter((one) => one.compares)) {
      const kept = (run) => runs[run].curves.filter((curve) => chart.quantities.includes(curve[0]));
      const sorted = [...chosen].sort((a, b) => a - b).filter((run) => kept(run).length);
      const assignments = new Set(sorted.map((run) => runs[run].assignment));
      const name = (run) => assignments.size > 1 ? `${runs[run].assignment}/${runs[run].name}` : runs[run].name;
      const each = sorted.map((run, color) => {
        const curves = kept(run);
        return curves.map(([, stage, points], index) => ({
          run, points, on: true, color: color % COLORS,
          dash: (Math.floor(color / COLORS) + index) % DASHES.length,
          label: curves.length > 1 ? `${name(run)}, ${stage}` : name(run),
        }));
      });
      const rounds = Math.max(0, ...each.map((lines) => lines.length));
      const lines = Array.from({ length: rounds }, (_, index) => each.flatMap((of) => of[index] || [])).flat();
      chart.lines = lines.slice(0, MOST_LINES);
      const values = chart.lines.flatMap((line) => line.points.map((point) => point[1]));
      chart.logarithmic = !chart.shares && spansDecades(values);
      const rest = chart.figure.querySelector(".legend > .quiet") || chart.figure.querySelector(".legend").appendChild(make("p", { class: "quiet" }));
      rest.textContent = lines.length > MOST_LINES ? `${lines.length - MOST_LINES} more are not drawn.` : "";
      chart.figure.hidden = !lines.length;
      legend(chart);
      draw(chart);
    }
    for (const table of all("table.compared")) {
      const rows = all("tbody tr", table);
      for (const row of rows) row.hidden = !chosen.has(+row.dataset.run);
      all("thead th", table).forEach((head, column) => {
        if (!column) return;
        const cells = rows.filter((row) => !row.hidden).map((row) => row.children[column]).filter((cell) => !cell.classList.contains("foreign"));
        const texts = cells.map((cell) => cell.textContent);
        const keep = table.dataset.keeps === "differ" ? new Set(texts).size > 1 : cells.some((cell) => !cell.classList.contains("absent"));
        head.hidden = !keep;
        for (const row of rows) row.children[column].hidden = !keep;
      });
    }
  }

  for (const box of boxes) {
    box.addEventListener("change", () => {
      const run = +box.dataset.choose;
      if (box.checked) chosen.add(run); else chosen.delete(run);
      compare();
    });
  }
  for (const button of all("[data-choose-all]")) {
    button.addEventListener("click", () => {
      for (const box of boxes) if (button.dataset.chooseAll) chosen.add(+box.dataset.choose); else chosen.delete(+box.dataset.choose);
      compare();
    });
  }

  // Runs found by words

  const filter = document.getElementById("filter");
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/);
    const cards = all(".card");
    for (const card of cards) card.hidden = !words.every((word) => card.dataset.words.includes(word));
    const count = cards.filter((card) => !card.hidden).length;
    document.getElementById("found").textContent = count < cards.length ? `${count} of ${cards.length}` : "";
    document.getElementById("nothing").hidden = count > 0;
  });

  // Commands copied

  for (const command of all(".command")) {
    const button = make("button", { type: "button" }, "Copy");
    button.addEventListener("click", async () => {
      const text = command.querySelector("pre");
      try {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(text);
        button.textContent = "Selected: copy it";
      }
    });
    command.append(button);
  }
})();
