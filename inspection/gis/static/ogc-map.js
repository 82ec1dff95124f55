// The map of a page: reads what it shall draw from the page, asks nothing of any other host.

import { offerHeat } from "./ogc-heat.js";

const PADDING_PX = 48;
const CLOSEST = 16;
const GAP_PX = 8;
const WORDS = {
  "Map.Title": "地図",
  "NavigationControl.ZoomIn": "拡大",
  "NavigationControl.ZoomOut": "縮小",
  "NavigationControl.ResetBearing": "北を上にする",
  "Popup.Close": "閉じる",
  "CooperativeGesturesHandler.WindowsHelpText": "Ctrl キーを押しながらスクロールすると拡大・縮小します",
  "CooperativeGesturesHandler.MacHelpText": "⌘ キーを押しながらスクロールすると拡大・縮小します",
  "CooperativeGesturesHandler.MobileHelpText": "地図は2本の指で動かします",
};

const place = document.querySelector("#ogc-map");
const said = document.querySelector("#ogc-map-said");
const data = JSON.parse(document.querySelector("#ogc-map-data").textContent);
const start = document.querySelector("#ogc-map-start");

function say(text) {
  said.textContent = text;
  said.hidden = !text;
}

function part(tag, text, name) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (name) made.className = name;
  return made;
}

function written(field, value) {
  if (field.instant) {
    const format = { timeZone: data.zone, dateStyle: "medium", timeStyle: "short" };
    return new Intl.DateTimeFormat("ja-JP", format).format(new Date(value));
  }
  return `${field.labels[value] ?? value}${field.unit ? ` ${field.unit}` : ""}`;
}

function rows(pairs) {
  const list = part("dl", "", "ogc-card-rows");
  for (const [title, value] of pairs) list.append(part("dt", title), part("dd", value));
  return list;
}

function cardOfOne(properties) {
  const card = part("div", "", "ogc-card");
  card.append(part("h3", properties.code ?? "地点"));
  const known = data.fields.filter((f) => f.name !== "code" && properties[f.name] != null);
  card.append(rows(known.map((f) => [f.title, written(f, properties[f.name])])));
  const link = part("a", "くわしく見る");
  link.href = `${data.items}/${encodeURIComponent(properties.id)}?f=html`;
  if (properties.id) card.append(link);
  return card;
}

function cardOfMany(properties, closer) {
  const card = part("div", "", "ogc-card");
  card.append(part("h3", `${properties.count.toLocaleString("ja")} 件`));
  const counts = Object.entries(properties).filter(([name]) => name.startsWith("count_"));
  const order = data.order.map((judgement) => `count_${judgement}`);
  const rank = ([name]) => (order.includes(name) ? order.indexOf(name) : order.length);
  const named = counts
    .sort((one, other) => rank(one) - rank(other))
    .map(([name, count]) => {
      const judgement = name.slice("count_".length);
      return [data.judgements[judgement] ?? judgement, `${count.toLocaleString("ja")} 件`];
    });
  const highest = properties.max_total ?? properties.total;
  if (highest != null) named.push(["最も高い評点", `${highest} 点`]);
  if (properties.mean_total != null) named.push(["平均の評点", `${properties.mean_total} 点`]);
  if (properties.inspected != null) named.push(["区画", properties.code]);
  card.append(rows(named));
  const button = part("button", "ここを拡大する", "button button--quiet");
  button.type = "button";
  button.addEventListener("click", closer);
  card.append(button);
  return card;
}

function openCard(library, map, feature, touched) {
  const cell = feature.geometry.type !== "Point";
  const at = cell ? touched : feature.geometry.coordinates;
  const popup = new library.Popup({ maxWidth: "min(19rem, 80vw)", offset: 12 });
  const closer = () => {
    popup.remove();
    map.easeTo({ center: at, zoom: Math.min(map.getZoom() + 2, 18) });
  };
  const many = cell || (feature.properties.count ?? 1) > 1;
  popup.setDOMContent(
    many ? cardOfMany(feature.properties, closer) : cardOfOne(feature.properties),
  );
  popup.setLngLat(at).addTo(map);
  bringIntoView(map, popup.getElement().getBoundingClientRect());
}

function bringIntoView(map, card) {
  const frame = place.getBoundingClientRect();
  const below = card.bottom - frame.bottom + GAP_PX;
  const above = frame.top - card.top + GAP_PX;
  if (below > 0) map.panBy([0, below]);
  else if (above > 0) map.panBy([0, -above]);
}

function react(library, map) {
  const layers = data.style.layers.filter((l) => ["circle", "fill"].includes(l.type)).map((l) => l.id);
  const near = ({ x, y }, reach) => [
    [x - reach, y - reach],
    [x + reach, y + reach],
  ];
  map.on("click", (event) => {
    // A finger hits less exactly than a circle is wide.
    const [hit] = map.queryRenderedFeatures(near(event.point, 6), { layers });
    if (hit) openCard(library, map, hit, event.lngLat);
  });
  map.on("mousemove", (event) => {
    const over = map.queryRenderedFeatures(near(event.point, 2), { layers }).length > 0;
    map.getCanvas().style.cursor = over ? "pointer" : "";
  });
  map.once("idle", () => {
    const drawn = map.queryRenderedFeatures({ layers }).length;
    if (!drawn) say("表示できる地点がありません。");
    place.dataset.drawn = drawn;
  });
  map.on("error", (event) => {
    if (event.error?.status === 401) say("トークンが確かめられませんでした。ページを開き直してください。");
    else say("地図の一部を読み込めませんでした。");
  });
}

async function draw() {
  const library = await import(place.dataset.library);
  place.hidden = false;
  const map = new library.Map({
    container: place,
    style: data.style,
    bounds: data.bounds,
    fitBoundsOptions: { padding: PADDING_PX, maxZoom: CLOSEST },
    locale: WORDS,
    cooperativeGestures: true,
    attributionControl: false,
    dragRotate: false,
    maxZoom: 20,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }));
  map.addControl(new library.ScaleControl());
  react(library, map);
  if (data.heat) offerHeat(map, data, place, say);
  return map;
}

async function begin() {
  if (start) start.disabled = true;
  try {
    // Asked once, so that the browser asks for the token once, and not for every tile.
    const reply = start ? await fetch(data.probe) : { ok: true };
    if (!reply.ok) {
      say("地図を見るにはトークンが必要です。");
      if (start) start.disabled = false;
      return;
    }
    if (start) start.closest(".ogc-map-ask").hidden = true;
    say("");
    const map = await draw();
    if (start) map.getCanvas().focus({ preventScroll: true });
  } catch (error) {
    console.warn(error);
    place.hidden = true;
    say("このブラウザーでは地図を表示できません。内容は一覧にあります。");
  }
}

if (start) {
  start.closest(".ogc-map-ask").hidden = false;
  start.addEventListener("click", begin);
} else {
  begin();
}
