import { printable } from '../../codec/printable.js'
import { labelLines, outsideOf } from './label.js'
import type { Topology, TopologyEdge } from './model.js'

/** Escapes a text for XML. It contains no control characters. */
const escaped = (text: string) => text.replace(/[&<>"']/g, (each) => `&#${each.codePointAt(0)};`)

/** Sizes in pixels, of a font of 12 pixels. */
const LINE = 16
const PADDING = 8
const CHARACTER = 7.3
/** Room for the name of a namespace. */
const TITLE = 22
/** Room between the links of a namespace and its frame. */
const FRAME = 12

/** With more boxes than this, the layout is simpler. It would take minutes. */
const MANY = 100

/** A box of the drawing: a link. */
interface Box {
  readonly id: string
  readonly lines: readonly string[]
  readonly namespace?: string
}

interface Point {
  readonly x: number
  readonly y: number
}

const widthOf = (lines: readonly string[]) =>
  Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER) + 2 * PADDING

const heightOf = (lines: readonly string[]) => lines.length * LINE + 2 * PADDING

const number = (value: number) => String(Math.round(value * 10) / 10)

const path = (points: readonly Point[]) =>
  points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${number(x)} ${number(y)}`).join('')

/** A pair is a double line, and what is above another link a dashed one. */
function edgeSvg(kind: TopologyEdge['kind'], points: readonly Point[]): string {
  // From the lower link, so that the dashes of lines which meet there coincide.
  const d = path(kind === 'lower' ? points.toReversed() : points)
  if (kind === 'peer') return `<path class="peer" d="${d}"/><path class="gap" d="${d}"/>`
  return `<path class="${kind}" d="${d}"/>`
}

function boxSvg({ lines }: Box, { x, y, width, height }: Point & Size): string {
  const [left, top] = [x - width / 2, y - height / 2]
  const texts = lines.map(
    (line, index) =>
      `<text class="${index === 0 ? 'name' : 'fact'}" x="${number(left + PADDING)}" y="${number(top + PADDING + LINE * (index + 0.75))}">${escaped(line)}</text>`,
  )
  return `<rect class="link" x="${number(left)}" y="${number(top)}" width="${number(width)}" height="${number(height)}" rx="4"/>${texts.join('')}`
}

interface Size {
  readonly width: number
  readonly height: number
}

/** A rectangle: its middle and its size. */
type Area = Partial<Point & Size>

/** Returns the rectangle around others, with room for a frame. */
function around(areas: readonly Area[]): Area {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x = 0, y = 0, width = 0, height = 0 } of areas) {
    left = Math.min(left, x - width / 2)
    top = Math.min(top, y - height / 2)
    right = Math.max(right, x + width / 2)
    bottom = Math.max(bottom, y + height / 2)
  }
  return {
    ...{ x: (left + right) / 2, width: right - left + 2 * FRAME },
    ...{ y: (top + bottom) / 2, height: bottom - top + 2 * FRAME },
  }
}

/** Room between two columns. dagre bends edges in its middle. */
const COLUMNS = 56

/**
 * Returns the points of an edge between two boxes. It is slanted between columns only: in the column of a narrow box it would cross
 * wider ones.
 */
function withinGaps(points: readonly Point[], from: Area, to: Area): readonly Point[] {
  const bends = points.slice(1, -1)
  const [first, last] = [bends[0], bends.at(-1)]
  const { x: start = 0, y: above = 0 } = from
  const { x: end = 0, y: below = 0 } = to
  const side = Math.sign(end - start)
  if (first === undefined || last === undefined || side === 0) return points
  const gap = (side * COLUMNS) / 2
  return [
    { x: start + (side * (from.width ?? 0)) / 2, y: above },
    { x: first.x - gap, y: above },
    ...bends,
    { x: last.x + gap, y: below },
    { x: end - (side * (to.width ?? 0)) / 2, y: below },
  ]
}

/** Room between links without edges. */
const GAP = 16

/** The links of a namespace without edges, in rows. A column of them would be long. Positions are relative to the left top. */
interface Block extends Size {
  readonly id: string
  readonly namespace: string | undefined
  readonly places: ReadonlyMap<string, Point & Size>
}

/** Returns the blocks of boxes without edges, one for each namespace. */
function blocksOf(boxes: readonly Box[], edges: readonly TopologyEdge[]): Block[] {
  const connected = new Set(edges.flatMap(({ from, to }) => [from, to]))
  const single = boxes.filter(({ id }) => !connected.has(id))
  return [...new Set(single.map(({ namespace }) => namespace))].map((namespace) => {
    const members = single.filter((box) => box.namespace === namespace)
    const perRow = Math.ceil(Math.sqrt(members.length))
    const places = new Map<string, Point & Size>()
    const width = Math.max(...members.map(({ lines }) => widthOf(lines)))
    let top = 0
    for (let from = 0; from < members.length; from += perRow) {
      const row = members.slice(from, from + perRow)
      const most = Math.max(...row.map(({ lines }) => heightOf(lines)))
      for (const [column, { id, lines }] of row.entries()) {
        const size = { width: widthOf(lines), height: heightOf(lines) }
        places.set(id, { x: column * (width + GAP) + width / 2, y: top + size.height / 2, ...size })
      }
      top += most + GAP
    }
    const count = Math.min(perRow, members.length)
    return { id: `single ${namespace}`, namespace, places, width: count * (width + GAP) - GAP, height: top - GAP }
  })
}

const STYLE = `
text{font:12px ui-monospace,monospace;fill:#1a1a1a}.name{font-weight:bold}.namespace{fill:#f3f5f8;stroke:#8a94a3}
.title{font-weight:bold;fill:#46505f}.link{fill:#fff;stroke:#46505f}.port{stroke:#46505f;fill:none}
.lower{stroke:#46505f;fill:none;stroke-dasharray:4 3}.peer{stroke:#1d5fa8;stroke-width:4;fill:none}.gap{stroke:#fff;stroke-width:1.6;fill:none}`

/** The layout library `@dagrejs/dagre`. The caller loads it, because only drawings need it. */
export type LayoutLibrary = Pick<typeof import('@dagrejs/dagre'), 'graphlib' | 'layout'>

/**
 * Returns a topology as an SVG document: a frame for each namespace, double lines for pairs, dashed lines to lower links. Its time grows
 * with the square of the number of links: 1,000 in a row take seconds.
 */
export function topologySvg(graph: Topology, { graphlib, layout }: LayoutLibrary): string {
  const outside = outsideOf(graph)
  const boxes: Box[] = [
    ...graph.namespaces.flatMap(({ id, links }) =>
      links.map((link) => ({ id: link.id, lines: labelLines(link), namespace: id })),
    ),
    ...outside.boxes.map(({ id, label }) => ({ id, lines: [label] })),
  ]
  const edges = [...graph.edges, ...outside.edges]
  // An empty namespace has no box, so its frame would have no size.
  const namespaces = graph.namespaces.filter(({ links }) => links.length > 0)
  const areMany = boxes.length > MANY
  // dagre adds a pair of nodes for each frame and column, also for a frame around everything.
  const hasFrames = !areMany || namespaces.length > 1
  const drawing = new graphlib.Graph({ compound: hasFrames, multigraph: true })
  const room = { marginx: 16, marginy: 16 + TITLE, nodesep: 16, ranksep: COLUMNS }
  drawing.setGraph({ rankdir: 'LR', ...room, ...(areMany ? { ranker: 'longest-path' } : {}) })
  drawing.setDefaultEdgeLabel(() => ({}))
  if (hasFrames) for (const { id } of namespaces) drawing.setNode(id, {})
  const blocks = blocksOf(boxes, edges)
  const connected = boxes
    .filter(({ id }) => !blocks.some(({ places }) => places.has(id)))
    .map(({ id, lines, namespace }) => ({ id, namespace, width: widthOf(lines), height: heightOf(lines) }))
  for (const { id, namespace, width, height } of [...connected, ...blocks]) {
    drawing.setNode(id, { width, height })
    if (hasFrames && namespace !== undefined) drawing.setParent(id, namespace)
  }
  for (const [index, { kind, from, to }] of edges.entries()) drawing.setEdge(from, to, {}, `${kind}${index}`)
  layout(drawing)
  for (const { id, places } of blocks) {
    const { x = 0, y = 0, width = 0, height = 0 } = drawing.node(id)
    const [left, top] = [x - width / 2, y - height / 2]
    for (const [box, place] of places) drawing.setNode(box, { ...place, x: left + place.x, y: top + place.y })
  }
  const frames = namespaces.map(({ id, name, links }) => {
    const area = hasFrames ? drawing.node(id) : around(links.map((link) => drawing.node(link.id)))
    const { x = 0, y = 0, width = 0, height = 0 } = area
    const [left, top] = [x - width / 2, y - height / 2 - TITLE]
    const title = `<text class="title" x="${number(left + PADDING)}" y="${number(top + LINE)}">${escaped(printable(name))}</text>`
    return `<rect class="namespace" x="${number(left)}" y="${number(top)}" width="${number(width)}" height="${number(height + TITLE)}" rx="8"/>${title}`
  })
  const lines = edges.map(({ kind, from, to }, index) =>
    edgeSvg(
      kind,
      withinGaps(drawing.edge(from, to, `${kind}${index}`).points ?? [], drawing.node(from), drawing.node(to)),
    ),
  )
  const rectangles = boxes.map((box) => {
    const { x = 0, y = 0, width = 0, height = 0 } = drawing.node(box.id)
    return boxSvg(box, { x, y, width, height })
  })
  const { width = 0, height = 0 } = drawing.graph()
  const [w, h] = [Math.max(1, Math.ceil(width || 0)), Math.max(1, Math.ceil(height || 0))]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img"><title>Network topology</title><style>${STYLE}</style>\n${[...frames, ...lines, ...rectangles].join('\n')}\n</svg>\n`
}
