// The switch of a page's map between houses and cells, and between what fills the cells.

const form = document.querySelector("#ogc-heat");
const legends = document.querySelectorAll("[data-legend]");

/**
 * Shows the switch and lets it act. data: what the page gives its map, with `heat`.
 */
export function offerHeat(map, data, place, say) {
  const { shapes, colours } = data.heat;
  const pieces = shapes.flatMap((shape) => [`${shape}-cells`, `${shape}-edges`]);
  const points = data.style.layers.filter((layer) => layer.type === "circle").map((l) => l.id);

  function show(layers, shown) {
    for (const id of layers) map.setLayoutProperty(id, "visibility", shown ? "visible" : "none");
  }

  function change() {
    const { shape, fill } = Object.fromEntries(new FormData(form));
    form.elements.fills.hidden = !shape;
    const named = shape ? fill : "";
    for (const legend of legends) legend.hidden = legend.dataset.legend !== named;
    delete place.dataset.cells;
    say("");
    show(points, !shape);
    show(pieces, false);
    if (!shape) return;
    map.setPaintProperty(`${shape}-cells`, "fill-color", colours[fill]);
    show([`${shape}-cells`, `${shape}-edges`], true);
    map.once("idle", () => {
      const drawn = map.queryRenderedFeatures({ layers: [`${shape}-cells`] }).length;
      if (!drawn) say("この範囲に、家屋のある区画はありません。");
      place.dataset.cells = drawn;
    });
  }

  const begin = () => {
    form.hidden = false;
    form.addEventListener("change", change);
  };
  if (map.isStyleLoaded()) begin();
  else map.once("load", begin);
}
