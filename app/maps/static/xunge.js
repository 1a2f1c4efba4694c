/* Draws Xunge's maps with Leaflet. Every text in the data arrives entity-encoded (app/maps/escape.py),
   so it may stand in markup; nothing here decodes it. */
(function () {
  "use strict";

  var PANES = { base: 210, area: 300, lines: 420, points: 430, labels: 580, icons: 620 };
  var LOOKS = {
    community: 15, water: 14, park: 12.5, railway: 12, major: 14, street: 12.5, place: 13.5,
  };
  var FONT = '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","Microsoft YaHei","PingFang SC","WenQuanYi Micro Hei",sans-serif';

  function lines(tip) {
    return tip.map(function (line, i) { return i ? line : "<b>" + line + "</b>"; }).join("<br>").replace("</b><br>", "</b>");
  }

  function metresPerPixel(map) {
    var lat = map.getCenter().lat;
    return 40075016.686 * Math.cos(lat * Math.PI / 180) / Math.pow(2, map.getZoom() + 8);
  }

  function tipOptions(sticky) {
    return { className: "xg-tip", sticky: sticky, direction: "auto", opacity: 1, offset: sticky ? [8, 0] : [14, 0] };
  }

  /* --- frame: panes, extent, caption ------------------------------------------------------- */

  function frame(map, o) {
    var x = { renderers: {}, groups: {}, named: [], arrows: [], icons: [], labels: [], bounds: L.latLngBounds(o.bounds) };
    map.xunge = x;
    Object.keys(PANES).forEach(function (name) {
      var pane = map.createPane("xg-" + name);
      pane.style.zIndex = PANES[name];
      // canvases of upper panes must not swallow the pointer where they draw nothing
      if (name === "base" || name === "labels") { pane.style.pointerEvents = "none"; }
      if (name !== "labels" && name !== "icons") {
        x.renderers[name] = L.canvas({ pane: "xg-" + name, padding: 0.4, tolerance: 3 });
      }
    });
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(o.attribution);
    L.control.zoom({ position: "topleft", zoomInTitle: o.zoomIn, zoomOutTitle: o.zoomOut }).addTo(map);
    panel(map, "bottomleft", "xg-caption", o.caption);
    L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" }).addTo(map);
    if (o.demo) {
      panel(map, "topleft", "xg-badge", o.demo);
      var mark = L.DomUtil.create("div", "xg-watermark", map.getContainer());
      mark.setAttribute("aria-hidden", "true");
      mark.innerHTML = new Array(10).join("<span>" + o.demo + "</span>");
    }
    fit(map);
  }

  function fit(map) {
    var x = map.xunge;
    var touched = false;
    var again = function () {
      map.invalidateSize({ animate: false });
      if (!touched && map.getSize().x > 0) {
        map.setMinZoom(0);
        var side = map.getContainer().querySelector(".xg-panel");
        var wide = map.getSize().x;
        // without its style the panel is as wide as the map, and would leave no room for one
        var room = side && wide > 700 && side.offsetWidth < wide / 2 ? side.offsetWidth + 12 : 0;
        map.fitBounds(x.bounds, { animate: false, paddingTopLeft: [14, 14], paddingBottomRight: [room + 14, 14] });
        map.setMinZoom(Math.max(0, map.getZoom() - 2));
      }
    };
    map.getContainer().addEventListener("pointerdown", function () { touched = true; });
    map.getContainer().addEventListener("wheel", function () { touched = true; }, { passive: true });
    map.setMaxBounds(x.bounds.pad(1));
    x.fit = again;
    again();
    // styles and the frame's width may arrive after the script
    new ResizeObserver(again).observe(map.getContainer());
    window.addEventListener("load", again);
  }

  function panel(map, position, look, html) {
    var control = L.control({ position: position });
    control.onAdd = function () {
      var box = L.DomUtil.create("div", look);
      box.innerHTML = html;
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    return control.addTo(map);
  }

  /* --- layers ------------------------------------------------------------------------------ */

  function groupOf(map, layer) {
    var x = map.xunge;
    var key = layer.group ? layer.group.name : "";
    if (!x.groups[key]) {
      x.groups[key] = L.layerGroup();
      if (layer.group) { x.named.push({ layer: x.groups[key], group: layer.group }); }
      if (!layer.group || layer.group.shown) { x.groups[key].addTo(map); }
    }
    return x.groups[key];
  }

  function add(map, layer) {
    DRAW[layer.kind](map, layer, groupOf(map, layer));
  }

  function shapes(map, layer, group) {
    var renderer = map.xunge.renderers[layer.pane];
    var drawn = L.geoJSON(layer.features, {
      renderer: renderer,
      pane: "xg-" + layer.pane,
      interactive: !!layer.tips,
      style: function (feature) { return layer.styles[feature.properties.s]; },
      pointToLayer: function (feature, at) {
        return L.circleMarker(at, Object.assign({ renderer: renderer, pane: "xg-" + layer.pane }, layer.styles[feature.properties.s]));
      },
      onEachFeature: function (feature, shape) {
        if (layer.tips && feature.properties.tip) {
          shape.bindTooltip(lines(feature.properties.tip), tipOptions(true));
        }
      },
    });
    group.addLayer(drawn);
    if (layer.metres) {
      var widen = function () {
        var scale = metresPerPixel(map);
        drawn.setStyle(function (feature) {
          var style = layer.styles[feature.properties.s];
          return { weight: Math.max(style.least || 0.6, style.width_m / scale + (style.extra || 0)) };
        });
      };
      map.on("zoomend", widen);
      widen();
    }
  }

  function routes(map, layer, group) {
    layer.items.forEach(function (route) {
      [["#ffffff", 8], [route.color, 5]].forEach(function (coat, i) {
        var line = L.polyline([], {
          color: coat[0], weight: coat[1], opacity: i ? 0.95 : 0.85, offset: route.offset, lineJoin: "round",
          renderer: map.xunge.renderers.lines, pane: "xg-lines", interactive: i === 1, smoothFactor: 0.5,
        });
        if (i) { line.bindTooltip(lines(route.tip), tipOptions(true)); }
        var redraw = function () { line.setLatLngs(smooth(map, route.legs)); };
        map.on("zoomend", redraw);
        redraw();
        group.addLayer(line);
      });
      route.arrows.forEach(function (arrow) {
        var marker = L.marker(arrow.at, { pane: "xg-icons", interactive: false, keyboard: false, zIndexOffset: -900, icon: arrowIcon(arrow.angle, route) });
        group.addLayer(marker);
        map.xunge.arrows.push({ marker: marker, color: route.color });
      });
    });
  }

  /* a line beside the street turns circles at bends too small to see: leave those out, leg by leg */
  function smooth(map, legs) {
    var zoom = map.getZoom();
    return legs.reduce(function (all, leg) {
      var pixels = leg.map(function (at) { return map.project(at, zoom); });
      return all.concat(L.LineUtil.simplify(pixels, 5).map(function (p) { return map.unproject(p, zoom); }));
    }, []);
  }

  function arrowIcon(angle, route) {
    var across = (angle + 90) * Math.PI / 180;
    var x = Math.cos(across) * route.offset, y = Math.sin(across) * route.offset;
    var html = '<svg width="16" height="16" viewBox="-8 -8 16 16" style="transform: translate(' + x.toFixed(1) + "px," + y.toFixed(1) + "px) rotate(" + angle + 'deg)">' +
      '<path d="M-4.5-6 6 0-4.5 6-2 0z" fill="#fff" stroke="' + route.color + '" stroke-width="1.6"/></svg>';
    return L.divIcon({ className: "xg-arrow", html: html, iconSize: [16, 16] });
  }

  function icons(map, layer, group) {
    layer.items.forEach(function (item) {
      var size = item.size, width = item.width || size;
      var html = '<div class="xg-icon xg-' + item.shape + '" style="width:' + width + "px;height:" + size + "px;background:" + item.color +
        ";color:" + item.ink + ";font-size:" + Math.round(size * (item.text.length > 2 && width === size ? 0.42 : 0.54)) + "px;" + (item.edge ? "border-color:" + item.edge : "") + '">' + item.text + "</div>";
      var marker = L.marker(item.at, { pane: "xg-icons", keyboard: false, zIndexOffset: item.rank, icon: L.divIcon({ className: "", html: html, iconSize: [width, size] }) });
      if (item.tip) { marker.bindTooltip(lines(item.tip), tipOptions(false)); }
      group.addLayer(marker);
      map.xunge.icons.push({ marker: marker, size: size, width: width, spread: layer.spread, rank: item.rank });
    });
  }

  function labels(map, layer, group) {
    layer.items.forEach(function (item) { map.xunge.labels.push({ item: item, group: group }); });
  }

  var DRAW = { shapes: shapes, routes: routes, icons: icons, labels: labels };

  /* --- names on the map: the important first, none across another, streets along their line --- */

  var pen = document.createElement("canvas").getContext("2d");

  function plain(text) {
    return text.replace(/&#\d+;/g, "x");
  }

  function corners(cx, cy, w, h, angle) {
    var a = angle * Math.PI / 180, c = Math.cos(a), s = Math.sin(a);
    return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(function (k) {
      var dx = k[0] * w / 2, dy = k[1] * h / 2;
      return [cx + dx * c - dy * s, cy + dx * s + dy * c];
    });
  }

  function apart(a, b) {
    var boxes = [a, b];
    for (var k = 0; k < 2; k++) {
      for (var i = 0; i < 2; i++) {
        var p = boxes[k][i], q = boxes[k][i + 1], nx = q[1] - p[1], ny = p[0] - q[0];
        var spanA = span(a, nx, ny), spanB = span(b, nx, ny);
        if (spanA[1] < spanB[0] || spanB[1] < spanA[0]) { return true; }
      }
    }
    return false;
  }

  function span(box, nx, ny) {
    var values = box.map(function (p) { return p[0] * nx + p[1] * ny; });
    return [Math.min.apply(null, values), Math.max.apply(null, values)];
  }

  function place(map) {
    var x = map.xunge, view = map.getBounds().pad(0.3), scale = metresPerPixel(map), taken = [];
    if (x.layer) { x.layer.remove(); }
    x.layer = L.layerGroup().addTo(map);
    x.icons.forEach(function (icon) {
      if (!map.hasLayer(icon.marker) || !icon.marker._icon) { return; }
      taken.push(settle(map, icon, taken));
    });
    thinArrows(map);
    x.labels.forEach(function (label) {
      var item = label.item;
      if (!map.hasLayer(label.group) || !view.contains(item.at) || map.getZoom() < item.from) { return; }
      var size = LOOKS[item.look];
      pen.font = "600 " + size + "px " + FONT;
      var width = pen.measureText(plain(item.text)).width * (item.look === "water" || item.look === "community" ? 1.2 : 1) + 6;
      if (item.room_m && item.room_m / scale < width) { return; }
      var at = map.latLngToLayerPoint(item.at);
      var shift = seats(item, width, size).find(function (seat) {
        var box = corners(at.x + seat[0], at.y + seat[1], width, size + 4, item.angle || 0);
        return taken.every(function (other) { return apart(box, other); }) && taken.push(box);
      });
      if (!shift) { return; }
      var html = '<div class="xg-label xg-label-' + item.look + '" style="font-size:' + size + "px;transform:translate(-50%,-50%) translate(" + shift[0] + "px," + shift[1] + "px) rotate(" + (item.angle || 0) + 'deg)">' + item.text + "</div>";
      x.layer.addLayer(L.marker(item.at, { pane: "xg-labels", interactive: false, keyboard: false, icon: L.divIcon({ className: "", html: html, iconSize: [0, 0] }) }));
    });
  }

  /* arrows of one team keep a distance on the screen, or the route would be all arrows */
  function thinArrows(map) {
    var kept = [];
    map.xunge.arrows.forEach(function (arrow) {
      if (!arrow.marker._icon) { return; }
      var at = map.latLngToLayerPoint(arrow.marker.getLatLng());
      var free = kept.every(function (other) { return other.color !== arrow.color || other.at.distanceTo(at) > 44; });
      arrow.marker._icon.style.display = free ? "" : "none";
      if (free) { kept.push({ at: at, color: arrow.color }); }
    });
  }

  /* where a name may stand: on its place, or around the sign that it names */
  function seats(item, width, size) {
    if (!item.beside) { return [[0, 0]]; }
    var aside = item.beside + width / 2, below = item.beside + size / 2 + 1;
    return [[0, below], [aside, 0], [-aside, 0], [0, -below], [aside, below], [-aside, below]];
  }

  /* an icon on top of another steps aside to the nearest free place */
  function settle(map, icon, taken) {
    var at = map.latLngToLayerPoint(icon.marker.getLatLng()), size = icon.size, tries = [[0, 0]];
    for (var ring = 1; icon.spread && ring <= 3; ring++) {
      for (var k = 0; k < 8; k++) {
        tries.push([Math.cos(k * Math.PI / 4) * ring * size * 0.6, Math.sin(k * Math.PI / 4) * ring * size * 0.6]);
      }
    }
    for (var i = 0; i < tries.length; i++) {
      var box = corners(at.x + tries[i][0], at.y + tries[i][1], icon.width, size, 0);
      if (taken.every(function (other) { return apart(box, other); })) { break; }
    }
    var step = i < tries.length ? tries[i] : tries[0];
    icon.marker._icon.style.marginLeft = Math.round(step[0] - icon.width / 2) + "px";
    icon.marker._icon.style.marginTop = Math.round(step[1] - size / 2) + "px";
    return corners(at.x + step[0], at.y + step[1], icon.width, size, 0);
  }

  /* --- legend and switches ------------------------------------------------------------------ */

  var SWATCH = {
    fill: function (r) { return '<span class="xg-fill" style="background:' + r.color + ";border:" + (r.edge ? "3px solid " + r.edge : "1px solid rgba(0,0,0,.15)") + '"></span>'; },
    line: function (r) { return '<span class="xg-line" style="background:' + r.color + '"></span>'; },
    dash: function (r) { return '<span style="width:26px;border-top:3px dashed ' + r.color + '"></span>'; },
    dot: function (r) { return '<span class="xg-dot" style="background:' + r.color + '"></span>'; },
    icon: function (r) {
      return '<span class="xg-icon xg-' + r.shape + '" style="width:24px;height:24px;font-size:13px;background:' + r.color + ";color:" + r.ink + ";" + (r.edge ? "border-color:" + r.edge : "") + '">' + r.text + "</span>";
    },
  };

  function legend(map, o) {
    var html = o.blocks.map(function (block, i) {
      var head = block.title ? '<div class="xg-head">' + block.title + "</div>" : "";
      var ramp = block.ramp ? '<div class="xg-ramp">' + block.ramp.map(function (step) {
        return '<div><i style="background:' + step.color + '"></i>' + step.label + "</div>";
      }).join("") + "</div>" : "";
      var rows = (block.rows || []).map(function (row) {
        return '<div class="xg-row"><i>' + SWATCH[row.swatch](row) + "</i><span>" + row.label + "</span></div>";
      }).join("");
      var note = block.note ? '<div class="xg-note">' + block.note + "</div>" : "";
      return '<div data-block="' + i + '">' + head + ramp + rows + note + "</div>";
    }).join("");
    var open = map.getSize().x > 600 && map.getSize().y > 380 ? " open" : "";
    panel(map, "bottomright", "xg-panel", "<details" + open + "><summary>" + o.title + "</summary>" + html + "</details>");
    map.xunge.blocks = o.blocks;
  }

  /* the legend explains what is on the map, and nothing else */
  function explain(map) {
    var x = map.xunge;
    x.blocks.forEach(function (block, i) {
      var box = map.getContainer().querySelector('[data-block="' + i + '"]');
      box.hidden = !!block.group && !map.hasLayer(x.groups[block.group]);
    });
    var panel = map.getContainer().querySelector(".xg-panel");
    var above = map.getContainer().querySelector(".xg-layers");
    panel.style.maxHeight = Math.max(120, map.getSize().y - (above ? above.offsetHeight : 0) - 60) + "px";
  }

  function finish(map) {
    var x = map.xunge, bases = {}, overlays = {};
    x.named.forEach(function (entry) {
      (entry.group.instead ? bases : overlays)[entry.group.name] = entry.layer;
    });
    if (x.named.length) {
      var narrow = map.getSize().x <= 600;
      var control = L.control.layers(bases, overlays, { collapsed: narrow, position: "topright" }).addTo(map);
      L.DomUtil.addClass(control.getContainer(), "xg-layers");
    }
    map.on("moveend overlayadd overlayremove baselayerchange", function () { place(map); explain(map); });
    map.on("resize", function () { explain(map); });
    x.labels.sort(function (a, b) { return a.item.rank - b.item.rank; });
    x.icons.sort(function (a, b) { return b.rank - a.rank; });
    explain(map);
    x.fit();
    var side = map.getContainer().querySelector(".xg-panel");
    if (side) { new ResizeObserver(x.fit).observe(side); }
    place(map);
  }

  window.xunge = { frame: frame, add: add, legend: legend, finish: finish };
}());
