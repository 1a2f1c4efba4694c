/* Maps that give something back: a place that was clicked, or shapes that were drawn and corrected.
   The ground is drawn by xunge.js. Every text in the data arrives entity-encoded, so it may stand in
   markup; what goes back is numbers and identifiers only. */
(function () {
  "use strict";

  var SNAP_PX = 12, SAME_PX = 4, APART_PX = 24, MOST_STEPS = 60, DECIMALS = 7;
  var COLORS = ["#0072b2", "#b0357e", "#00855f", "#8c6d00", "#6a51a3", "#c2410c", "#2d6b9b", "#4b8b1e"];
  var held = { map: null, ground: null, revision: null, task: null, words: {} };
  var bar = document.getElementById("bar"), hint = null;

  /* --- the way to the page and back ------------------------------------------------------- */

  function post(type, data) {
    window.parent.postMessage(Object.assign({ isStreamlitMessage: true, type: "streamlit:" + type }, data), window.location.origin);
  }

  function tell(value) {
    post("setComponentValue", { value: Object.assign({ revision: held.revision }, value), dataType: "json" });
  }

  window.addEventListener("message", function (event) {
    if (event.source === window.parent && event.data.type === "streamlit:render") { render(event.data.args); }
  });

  function render(args) {
    document.body.style.setProperty("--map-height", args.height + "px");
    var fresh = args.ground_id !== held.ground;
    if (fresh) { layGround(args); }
    held.words = JSON.parse(args.words);
    if (args.revision !== held.revision) {
      held.revision = args.revision;
      held.task = begin(JSON.parse(args.task));
    } else if (fresh) {
      held.task.attach();
    }
    held.task.rename(JSON.parse(args.names));
    fitFrame();
  }

  function fitFrame() {
    post("setFrameHeight", { height: Math.ceil(document.body.getBoundingClientRect().height) });
  }

  /* what was seen stays in view when only words or colours of the ground change */
  function layGround(args) {
    var seen = held.map && { center: held.map.getCenter(), zoom: held.map.getZoom() };
    if (held.map) { layDown(held.map); }
    var map = L.map("map", JSON.parse(args.options));
    JSON.parse(args.ground).forEach(function (call) { xunge[call[0]](map, call[1]); });
    held.map = map;
    held.ground = args.ground_id;
    var pane = map.createPane("xg-edit");
    pane.style.zIndex = 640;
    map.createPane("xg-handles").style.zIndex = 660;
    held.svg = L.svg({ pane: "xg-edit", padding: 0.5 });
    // what is to be clicked must not lie under the legend: who wants it opens it
    var legend = map.getContainer().querySelector(".xg-panel details");
    if (legend) { legend.open = false; }
    if (seen) {
      map.getContainer().dispatchEvent(new Event("pointerdown"));
      map.setView(seen.center, seen.zoom, { animate: false });
    }
  }

  /* what still watches the size of the old map must find nothing to do */
  function layDown(map) {
    map.getContainer().dispatchEvent(new Event("pointerdown"));
    map.remove();
    map._loaded = false;
  }

  function begin(task) {
    if (held.task) { held.task.detach(); }
    var started = task.mode === "pick" ? picking(task) : drawing(task);
    started.attach();
    if (task.focus) {
      held.map.getContainer().dispatchEvent(new Event("pointerdown"));
      held.map.fitBounds(task.focus, { maxZoom: 17, animate: false, padding: [60, 60] });
    }
    return started;
  }

  /* --- the bar: large buttons and one sentence on what to do now ---------------------------- */

  function buttons(list) {
    bar.innerHTML = "";
    var made = {};
    list.forEach(function (entry) {
      var button = document.createElement("button");
      button.type = "button";
      button.innerHTML = held.words[entry[0]];
      button.addEventListener("click", entry[1]);
      bar.appendChild(button);
      made[entry[0]] = button;
    });
    hint = document.createElement("span");
    hint.setAttribute("role", "status");
    bar.appendChild(hint);
    return made;
  }

  function say(word, loud) {
    hint.innerHTML = held.words[word];
    hint.className = loud ? "loud" : "";
  }

  function sign(html, size) {
    return L.divIcon({ className: "", html: html, iconSize: [size, size] });
  }

  function round(at) {
    return [Number(at.lat.toFixed(DECIMALS)), Number(at.lng.toFixed(DECIMALS))];
  }

  /* --- one place by a click ---------------------------------------------------------------- */

  function picking(task) {
    var at = task.at, layer = null, pin = null;

    function put(latlng, candidate) {
      at = round(latlng);
      stick();
      say("placed");
      tell({ lat: at[0], lon: at[1], candidate: candidate });
    }

    function stick() {
      if (pin) { pin.remove(); }
      pin = L.marker(at, {
        pane: "xg-handles", draggable: true, keyboard: false, autoPan: true,
        icon: L.divIcon({ className: "xe-pin", html: PIN, iconSize: [36, 46], iconAnchor: [18, 44] }),
      });
      pin.on("dragend", function () { put(pin.getLatLng(), null); });
      layer.addLayer(pin);
    }

    function click(event) { put(event.latlng, null); }

    return {
      attach: function () {
        buttons([]);
        held.map.getContainer().classList.add("xe-picking");
        layer = L.layerGroup().addTo(held.map);
        task.candidates.forEach(function (candidate, i) {
          var marker = L.marker(candidate.at, { pane: "xg-edit", icon: sign('<div class="xe-candidate">' + (i + 1) + "</div>", 34), keyboard: true, alt: String(i + 1) });
          marker.bindTooltip(candidate.tip.join("<br>"), { className: "xg-tip", direction: "top", offset: [0, -16], opacity: 1 });
          marker.on("click", function () { put(marker.getLatLng(), i); });
          layer.addLayer(marker);
        });
        if (at) { stick(); }
        held.map.on("click", click);
        say(task.candidates.length ? "choose" : at ? "move" : "click");
      },
      detach: function () {
        held.map.off("click", click);
        held.map.getContainer().classList.remove("xe-picking");
        layer.remove();
      },
      rename: function () {},
    };
  }

  var PIN = '<svg width="36" height="46" viewBox="0 0 36 46"><path d="M18 44C18 44 33 27 33 16a15 15 0 1 0-30 0c0 11 15 28 15 28z" fill="#c8201f" stroke="#fff" stroke-width="3"/><circle cx="18" cy="16" r="5.5" fill="#fff"/></svg>';

  /* --- shapes: areas with their corners, or points ------------------------------------------ */

  function drawing(task) {
    var areas = task.shape === "polygon";
    var features = task.shapes.map(function (shape) { return { no: shape.no, name: "", parts: partsOf(shape.geometry) }; });
    var last = task.last;
    var steps = [], touched = {}, selected = null, corner = null, sketch = null, adding = false;
    var layer = null, handles = null, made = {}, dragging = false, shadow = null;

    /* what is undone counts as touched: the page must hear that it is as before */
    function act(change) {
      steps.push(JSON.stringify(features));
      if (steps.length > MOST_STEPS) { steps.shift(); }
      change();
      finishAct();
    }

    function undo() {
      if (sketch) { sketch.points.pop(); drawSketch(); return; }
      if (!steps.length) { return; }
      var now = features;
      features = JSON.parse(steps.pop());
      now.concat(features).forEach(function (feature) {
        if (JSON.stringify(find(now, feature.no)) !== JSON.stringify(find(features, feature.no))) { touched[feature.no] = true; }
      });
      nameAll();
      selected = find(features, selected) ? selected : null;
      corner = null;
      finishAct();
    }

    function finishAct() {
      draw();
      var changed = features.filter(function (feature) { return touched[feature.no]; });
      tell({
        changed: changed.map(function (feature) { return { no: feature.no, geometry: geometryOf(feature.parts) }; }),
        removed: Object.keys(touched).map(Number).filter(function (no) { return !find(features, no); }),
      });
    }

    function find(list, no) { return list.find(function (feature) { return feature.no === no; }); }

    function geometryOf(parts) {
      if (!areas) { return { type: "Point", coordinates: lonLat(parts) }; }
      var closed = parts.map(function (rings) {
        return rings.map(function (ring) { return ring.concat([ring[0]]).map(lonLat); });
      });
      return closed.length === 1 ? { type: "Polygon", coordinates: closed[0] } : { type: "MultiPolygon", coordinates: closed };
    }

    function eachCorner(visit) {
      features.forEach(function (feature) {
        feature.parts.forEach(function (rings) {
          rings.forEach(function (ring) {
            ring.forEach(function (at, i) { visit(feature, ring, i, at); });
          });
        });
      });
    }

    /* a corner that neighbours share is one corner: it moves, comes and goes for all of them */
    function shared(at, feature) {
      var found = [];
      eachCorner(function (owner, ring, i, other) {
        if ((owner === feature || task.together) && same(at, other)) { found.push({ feature: owner, ring: ring, i: i }); }
      });
      return found;
    }

    function moveCorner(feature, at, to) {
      shared(at, feature).forEach(function (place) {
        place.ring[place.i] = to;
        touched[place.feature.no] = true;
      });
    }

    function splitEdge(feature, a, b, at) {
      features.forEach(function (owner) {
        if (owner !== feature && !task.together) { return; }
        owner.parts.forEach(function (rings) {
          rings.forEach(function (ring) {
            for (var i = 0; i < ring.length; i++) {
              var next = ring[(i + 1) % ring.length];
              if ((same(ring[i], a) && same(next, b)) || (same(ring[i], b) && same(next, a))) {
                ring.splice(i + 1, 0, at);
                touched[owner.no] = true;
                break;
              }
            }
          });
        });
      });
    }

    function dropCorner(feature, at) {
      var places = shared(at, feature);
      if (places.some(function (place) { return place.ring.length <= 3; })) { say("too_few", true); return; }
      act(function () {
        places.forEach(function (place) {
          place.ring.splice(place.ring.findIndex(function (other) { return same(at, other); }), 1);
          touched[place.feature.no] = true;
        });
        corner = null;
      });
    }

    function remove() {
      if (sketch) { stopSketch(); return; }
      var feature = find(features, selected);
      if (!feature) { say("select_first", true); return; }
      if (corner) { dropCorner(feature, corner); return; }
      if (task.single) { return; }
      act(function () {
        features = features.filter(function (other) { return other.no !== selected; });
        touched[selected] = true;
        selected = null;
      });
      say("removed");
    }

    function append(parts) {
      act(function () {
        last += 1;
        features.push({ no: last, name: "", parts: parts });
        touched[last] = true;
        selected = last;
      });
      say("added");
    }

    /* --- what is seen --- */

    function draw() {
      if (dragging) { return; }
      layer.clearLayers();
      features.forEach(areas ? drawArea : drawPoint);
      tidy();
      drawHandles();
      made.undo.disabled = !steps.length;
      made.remove.disabled = !corner && !sketch && (!selected || task.single);
      made.remove.innerHTML = held.words[corner ? "remove_corner" : sketch ? "cancel" : "remove"];
    }

    function colorOf(feature) { return COLORS[(feature.no - 1) % COLORS.length]; }

    function drawArea(feature) {
      var chosen = feature.no === selected, color = colorOf(feature);
      var shape = L.polygon(feature.parts, {
        renderer: held.svg, pane: "xg-edit", color: color, weight: chosen ? 4 : 2.5,
        fillColor: color, fillOpacity: task.single ? 0.05 : chosen ? 0.22 : 0.1, opacity: 0.95, bubblingMouseEvents: false, interactive: !sketch,
      });
      shape.on("click", function () { select(feature.no); });
      layer.addLayer(shape);
      var label = '<div class="xe-label" style="color:' + color + '"><b>' + feature.no + '</b><span class="xe-name"> ' + feature.name + "</span></div>";
      layer.addLayer(L.marker(shape.getBounds().getCenter(), { pane: "xg-edit", interactive: false, keyboard: false, icon: sign(label, 0) }));
    }

    function drawPoint(feature) {
      var chosen = feature.no === selected;
      var html = '<div class="xe-point' + (chosen ? " xe-chosen" : "") + '" style="background:' + colorOf(feature) + '">' + feature.no + '</div><div class="xe-beside">' + feature.name + "</div>";
      var marker = L.marker(feature.parts, { pane: "xg-edit", draggable: true, autoPan: true, autoPanPadding: [6, 6], keyboard: false, zIndexOffset: chosen ? 900 : 0, icon: sign(html, 30) });
      marker.on("click", function () { select(feature.no); });
      hold(marker, function () {
        act(function () {
          feature.parts = round(marker.getLatLng());
          touched[feature.no] = true;
          selected = feature.no;
        });
        say("moved");
      });
      layer.addLayer(marker);
    }

    function apart(box, other) {
      return box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom;
    }

    /* an area keeps its number; its name goes where it would cover another label: the table has it */
    function tidyAreas() {
      var labels = Array.from(document.querySelectorAll(".xe-label"));
      labels.forEach(function (label) { label.classList.add("xe-bare"); });
      labels.forEach(function (label) {
        label.classList.remove("xe-bare");
        var box = label.getBoundingClientRect();
        var free = labels.every(function (other) {
          return other === label || apart(box, other.getBoundingClientRect());
        });
        label.classList.toggle("xe-bare", !free);
      });
      // on a phone one name among numbers would look like the chosen one
      if (held.map.getSize().x <= 600 && document.querySelector(".xe-bare")) {
        labels.forEach(function (label) { label.classList.add("xe-bare"); });
      }
    }

    /* names of points that would cover others wait for the pointer */
    function tidy() {
      if (areas) { tidyAreas(); return; }
      var taken = [];
      [".xe-point", ".xe-beside"].forEach(function (look) {
        document.querySelectorAll(look).forEach(function (node) {
          var box = node.getBoundingClientRect();
          var free = taken.every(function (other) { return apart(box, other); });
          node.classList.toggle("xe-hidden", look === ".xe-beside" && !free);
          if (free) { taken.push(box); }
        });
      });
    }

    /* while a hand holds a marker nothing is drawn anew, though the map may move under it */
    function hold(marker, release) {
      marker.on("dragstart", function () { dragging = true; });
      marker.on("dragend", function () { dragging = false; release(); });
    }

    function select(no) {
      if (adding) { return; }
      selected = selected === no && !areas ? null : no;
      corner = null;
      say(areas ? "correct" : "correct_point");
      draw();
    }

    /* only what is in view gets its corners, and only those that a hand can tell apart */
    function drawHandles() {
      var feature = areas && find(features, selected), seen = [];
      if (dragging) { return; }
      handles.clearLayers();
      if (!feature || sketch) { return; }
      feature.parts.forEach(function (rings) {
        rings.forEach(function (ring) {
          var thin = thinned(ring, seen);
          ring.forEach(function (at, i) {
            if (thin[i] === "shown") { cornerHandle(feature, ring, i, thin); }
            if (thin[i] !== "away") { middleHandle(feature, at, ring[(i + 1) % ring.length]); }
          });
        });
      });
    }

    function thinned(ring, seen) {
      var view = held.map.getBounds().pad(0.05);
      return ring.map(function (at) {
        var point = held.map.latLngToLayerPoint(at);
        if (!view.contains(at)) { return "away"; }
        var free = seen.every(function (other) { return other.distanceTo(point) >= APART_PX; });
        if (!free && !(corner && same(corner, at))) { return "hidden"; }
        seen.push(point);
        return "shown";
      });
    }

    /* corners too close to be seen go along with the one that is moved, the nearer the farther */
    function bend(ring, i, thin, to) {
      var moved = [[ring[i], to]], way = [to];
      [-1, 1].forEach(function (step) {
        var n = ring.length, chain = [i], far = [0];
        do {
          var k = (chain[chain.length - 1] + step + n) % n;
          far.push(far[far.length - 1] + away(ring[chain[chain.length - 1]], ring[k]));
          chain.push(k);
        } while (thin[k] === "hidden" && k !== i);
        chain.slice(1).forEach(function (index, at) {
          var share = 1 - far[at + 1] / (far[far.length - 1] || 1), old = ring[index];
          var now = share > 0 ? round(L.latLng(old[0] + share * (to[0] - ring[i][0]), old[1] + share * (to[1] - ring[i][1]))) : old;
          if (share > 0) { moved.push([old, now]); }
          if (step > 0) { way.push(now); } else { way.unshift(now); }
        });
      });
      return { moved: moved, way: way };
    }

    function away(a, b) {
      return held.map.latLngToLayerPoint(a).distanceTo(held.map.latLngToLayerPoint(b));
    }

    function cornerHandle(feature, ring, i, thin) {
      var at = ring[i], look = "xe-corner" + (corner && same(corner, at) ? " xe-chosen" : "");
      var marker = handle(at, '<div class="' + look + '"></div>', 26);
      var target = function () { return bend(ring, i, thin, round(snap(marker.getLatLng(), feature))); };
      marker.on("drag", function () { follow(target().way); });
      hold(marker, function () {
        var bent = target();
        act(function () {
          bent.moved.forEach(function (pair) { moveCorner(feature, pair[0], pair[1]); });
          corner = bent.moved[0][1];
        });
        say("moved");
      });
      marker.on("click", function () { corner = at; say("corner"); draw(); });
      marker.on("contextmenu", function () { dropCorner(feature, at); });
    }

    function handle(at, html, size) {
      var marker = L.marker(at, { pane: "xg-handles", draggable: true, autoPan: true, autoPanPadding: [6, 6], keyboard: false, icon: sign(html, size) });
      handles.addLayer(marker);
      return marker;
    }

    function middleHandle(feature, a, b) {
      if (away(a, b) < 2 * APART_PX) { return; }
      var ends = [a, b].map(function (at) { return held.map.latLngToLayerPoint(at); });
      var middle = held.map.layerPointToLatLng(ends[0].add(ends[1]).divideBy(2));
      var marker = handle(middle, '<div class="xe-middle"></div>', 22);
      var add = function () {
        var to = round(snap(marker.getLatLng(), feature));
        act(function () { splitEdge(feature, a, b, to); corner = to; });
      };
      marker.on("drag", function () { follow([a, round(marker.getLatLng()), b]); });
      hold(marker, add);
      marker.on("click", add);
    }

    /* a line follows the hand; the shapes themselves change when it lets go */
    function follow(way) {
      if (shadow) { shadow.remove(); }
      shadow = L.polyline(way, { renderer: held.svg, pane: "xg-edit", color: "#c8201f", weight: 3, dashArray: "6 6", interactive: false }).addTo(layer);
    }

    /* a corner put near that of a neighbour is put upon it */
    function snap(latlng, feature) {
      var at = held.map.latLngToLayerPoint(latlng), best = null, least = SNAP_PX;
      eachCorner(function (owner, ring, i, other) {
        if (owner === feature) { return; }
        var px = held.map.latLngToLayerPoint(other).distanceTo(at);
        if (px < least) { least = px; best = other; }
      });
      return best ? L.latLng(best) : latlng;
    }

    /* --- a new one --- */

    function add() {
      if (sketch) { endSketch(); return; }
      if (adding) { stopSketch(); return; }
      selected = null;
      corner = null;
      if (areas) { sketch = { points: [], layer: L.layerGroup().addTo(held.map) }; held.map.doubleClickZoom.disable(); }
      adding = true;
      made.add.innerHTML = held.words[areas ? "finish" : "cancel"];
      held.map.getContainer().classList.add("xe-picking");
      say(areas ? "draw" : "click");
      draw();
    }

    function addToSketch(event) {
      var to = snap(event.latlng, null), points = sketch.points, at = held.map.latLngToLayerPoint(to);
      var on = function (other) { return held.map.latLngToLayerPoint(other).distanceTo(at); };
      if (points.length > 2 && on(points[0]) < SNAP_PX) { endSketch(); return; }
      if (points.length && on(points[points.length - 1]) < SAME_PX) { return; }
      points.push(round(to));
      say(points.length > 2 ? "draw_end" : "draw");
      drawSketch();
    }

    function drawSketch(mouse) {
      sketch.layer.clearLayers();
      var style = { renderer: held.svg, pane: "xg-edit", color: "#c8201f", weight: 3, interactive: false };
      var line = sketch.points.concat(mouse ? [mouse] : []);
      sketch.layer.addLayer(L.polygon(line, Object.assign({ fillOpacity: 0.08, dashArray: mouse ? "6 6" : null }, style)));
      sketch.points.forEach(function (at) {
        sketch.layer.addLayer(L.marker(at, { pane: "xg-handles", interactive: false, keyboard: false, icon: sign('<div class="xe-corner"></div>', 26) }));
      });
    }

    function endSketch() {
      if (sketch.points.length < 3) { say("too_few", true); return; }
      var ring = sketch.points;
      stopSketch();
      append([[ring]]);
    }

    function stopSketch() {
      if (sketch) { sketch.layer.remove(); }
      sketch = null;
      adding = false;
      held.map.doubleClickZoom.enable();
      held.map.getContainer().classList.remove("xe-picking");
      made.add.innerHTML = held.words.add;
      say("select");
      draw();
    }

    /* --- the map's own events --- */

    function click(event) {
      if (sketch) { addToSketch(event); return; }
      if (adding) { stopSketch(); append(round(event.latlng)); return; }
      if (selected) { selected = null; corner = null; say("select"); draw(); }
    }

    function move(event) { if (sketch && sketch.points.length) { drawSketch(event.latlng); } }

    function moved() { drawHandles(); tidy(); }

    function doubled() { if (sketch && sketch.points.length > 2) { endSketch(); } }

    function key(event) {
      if (event.key === "Delete" || event.key === "Backspace") { if (sketch) { undo(); } else { remove(); } }
      if (event.key === "Escape" && adding) { stopSketch(); }
      if (event.key === "z" && (event.ctrlKey || event.metaKey)) { undo(); }
    }

    var names = {};
    function nameAll() { features.forEach(function (feature) { feature.name = names[feature.no] || ""; }); }

    return {
      attach: function () {
        made = buttons([["add", add], ["remove", remove], ["undo", undo]]);
        made.add.hidden = task.single && features.length > 0;
        layer = L.layerGroup().addTo(held.map);
        handles = L.layerGroup().addTo(held.map);
        held.map.on({ click: click, mousemove: move, dblclick: doubled, moveend: moved });
        document.addEventListener("keydown", key);
        if (task.single && features.length === 1) { selected = features[0].no; }
        say(!features.length ? "none" : selected ? "correct" : "select");
        draw();
      },
      detach: function () {
        if (sketch) { stopSketch(); }
        held.map.off({ click: click, mousemove: move, dblclick: doubled, moveend: moved });
        held.map.getContainer().classList.remove("xe-picking");
        document.removeEventListener("keydown", key);
        layer.remove();
        handles.remove();
      },
      rename: function (pairs) {
        var before = JSON.stringify(names);
        names = {};
        pairs.forEach(function (pair) { names[pair[0]] = pair[1]; });
        if (JSON.stringify(names) !== before) { nameAll(); if (!sketch) { draw(); } }
      },
    };
  }

  function lonLat(at) { return [at[1], at[0]]; }

  function same(a, b) { return Math.abs(a[0] - b[0]) < 5e-8 && Math.abs(a[1] - b[1]) < 5e-8; }

  /* parts, rings, corners, latitude first and without the repeated last corner; or one place */
  function partsOf(geometry) {
    var c = geometry.coordinates;
    if (geometry.type === "Point") { return lonLat(c); }
    return (geometry.type === "Polygon" ? [c] : c).map(function (rings) {
      return rings.map(function (ring) { return ring.slice(0, -1).map(lonLat); });
    });
  }

  // the bar breaks into two lines where the page is narrow
  new ResizeObserver(fitFrame).observe(document.body);
  post("componentReady", { apiVersion: 1 });
}());
