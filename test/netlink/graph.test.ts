import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import dagre from '@dagrejs/dagre'
import { encodeMessage, NLM_F, NLM_F_NEW } from '@netloom/netlink'
import { type CapturedDatagram, PACKET, writePcapng } from '@netloom/netlink/capture'
import { encode } from '@netloom/netlink/codec'
import { dissectCapture, NETLINK } from '@netloom/netlink/dissect'
import {
  CaptureNames,
  CaptureObjects,
  Conversations,
  changeBy,
  MomentObjects,
  momentTables,
  type NamespaceObjects,
  topology,
  topologyDot,
  topologyMermaid,
  topologySvg,
  topologyText,
} from '@netloom/netlink/inspect'
import { type AddressMessage, type LinkMessage, type RouteMessage, rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { graph } from '../../packages/netlink/dist/cli/graph.js'
import { captureNames } from '../support/captures.js'
import { runHere } from '../support/cli.js'
import { assertPrintable, hostile } from '../support/printable.js'

const test = suite('topologies')

const link = (index: number, ifname: string, attrs: object = {}, flags = 1) =>
  ({ family: 0, type: 1, index, flags, change: 0, attrs: { ifname, ...attrs } }) as LinkMessage
const kind = (name: string, data: object = {}) => ({ linkinfo: { kind: name, data } })
const address = (index: number, local: string, prefixlen: number) =>
  ({ family: 2, prefixlen, flags: 0, scope: 0, index, attrs: { local, address: local } }) as AddressMessage
const route = (oif: number, gateway?: string) =>
  ({
    ...{ family: 2, dstLen: 0, srcLen: 0, tos: 0, table: 254, protocol: 3, scope: 0, type: 1, flags: 0 },
    attrs: { oif, ...(gateway ? { gateway } : {}) },
  }) as RouteMessage

const host: NamespaceObjects = {
  name: 'host',
  links: [
    link(1, 'lo'),
    link(2, 'eth0'),
    link(3, 'br0', kind('bridge', { vlanFiltering: 1 })),
    link(4, 'veth3', { master: 3, link: 2, linkNetnsid: 0, ...kind('veth') }),
    link(5, 'tap0', { master: 3, ...kind('tun', { owner: 1000 }) }),
    link(6, 'vxlan100', { master: 3, ...kind('vxlan', { id: 100, group: '198.51.100.4', link: 2 }) }),
    link(7, 'eth0.5', { link: 2, ...kind('vlan', { id: 5 }) }, 0),
    link(8, 'veth9', { link: 2, linkNetnsid: 7, ...kind('veth') }),
  ],
  addresses: [address(1, '127.0.0.1', 8), address(3, '10.0.0.1', 24)],
  routes: [route(2, '192.0.2.1')],
  nsids: new Map([[0, 'web']]),
}
const web: NamespaceObjects = {
  name: 'web',
  links: [link(2, 'eth0', { link: 4, linkNetnsid: 3, ...kind('veth') })],
  addresses: [address(2, '10.0.0.7', 24)],
  routes: [route(2, '10.0.0.1')],
  nsids: new Map([[3, 'host']]),
}

test('text: ports below their master, pairs across namespaces, lower links, addresses and default routes', () => {
  assert.is(
    topologyText(topology([host, web])),
    ` host
  eth0 ── default via 192.0.2.1
  br0 10.0.0.1/24  (vlan filtering)
  ├─ veth3 ═══ web: eth0 10.0.0.7/24 ── default via 10.0.0.1
  ├─ tap0  (owner 1000)
  └─ vxlan100  vni 100 → 198.51.100.4 over eth0
  eth0.5  down  (vlan 5) over eth0
  veth9 ═══ nsid 7: #2
 web
  eth0 10.0.0.7/24 ── default via 10.0.0.1 ═══ host: veth3
`,
  )
})

test('a pair is one edge, and a link in an unknown namespace is outside', () => {
  const { edges, elsewhere } = topology([host, web])
  assert.equal(edges, [
    { kind: 'port', from: 'n0l4', to: 'n0l3' },
    { kind: 'peer', from: 'n0l4', to: 'n1l2' },
    { kind: 'port', from: 'n0l5', to: 'n0l3' },
    { kind: 'port', from: 'n0l6', to: 'n0l3' },
    { kind: 'lower', from: 'n0l6', to: 'n0l2' },
    { kind: 'lower', from: 'n0l7', to: 'n0l2' },
  ])
  assert.equal(elsewhere, [{ kind: 'peer', from: 'n0l8', namespace: 'nsid 7', index: 2 }])
})

test('mermaid, dot and SVG contain every link and every edge', async () => {
  const drawn = topology([host, web])
  const mermaid = topologyMermaid(drawn)
  assert.match(mermaid, /^flowchart LR\n {2}subgraph n0\["host"\]\n {4}n0l2\["eth0<br>default via 192\.0\.2\.1"\]\n/)
  for (const line of ['n0l4 --- n0l3', 'n0l4 === n1l2', 'n0l7 -.-> n0l2', 'n0l8 === x0'])
    assert.match(mermaid, `\n  ${line}\n`)
  const dot = topologyDot(drawn)
  assert.match(dot, 'n0l6 [label="vxlan100\\nvni 100 → 198.51.100.4"]')
  assert.match(dot, 'n0l4 -> n1l2 [color="black:black", dir=none]')
  const svg = topologySvg(drawn, dagre)
  assert.is(svg.match(/<rect class="link"/g)?.length, 9)
  assert.is(svg.match(/<rect class="namespace"/g)?.length, 2)
  assert.is(svg.match(/<path class="peer"/g)?.length, 2)
  assert.is(svg.match(/<path class="(port|lower)"/g)?.length, 5)
  assert.not.match(svg, /NaN|undefined/)
})

test('names cannot leave their place in any format', async () => {
  const names = [...hostile, '"];x["', '</text><script>', '\\', '`', '#quot;', '&amp;', '"\\', '%%', 'a;b', '<br>']
  const drawn = topology([
    { name: '"><b>', links: names.map((name, index) => link(index + 2, name)), addresses: [], routes: [] },
  ])
  const texts = [topologyText(drawn), topologyMermaid(drawn), topologyDot(drawn), topologySvg(drawn, dagre)]
  for (const text of texts) assertPrintable(text.replaceAll('\n', ''), 'a drawing')
  const [text = '', mermaid = '', dot = '', svg = ''] = texts
  assert.is(text.split('\n').length, names.length + 2)
  for (const line of mermaid.split('\n').filter((each) => each.startsWith('    ')))
    assert.match(line, /^ {4}n0l\d+\["(?:[^"<>&`\\#]|#\d+;|<br>)*"\]$/)
  for (const line of dot.split('\n').filter((each) => each.startsWith('    n')))
    assert.match(line, /^ {4}n0l\d+ \[label="(?:[^"\\&]|\\[\\"n]|&amp;)*"\]$/)
  assert.not.match(svg, /<script|<b>/)
  // Every tag is one of ours.
  assert.equal(
    [...new Set([...svg.matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag))].sort(),
    ['path', 'rect', 'style', 'svg', 'text', 'title'].filter((tag) => tag !== 'path'),
  )
})

test('text: a pair in one namespace is one line, at the end that is a port', () => {
  const links = [
    link(2, 'v0', { link: 3, ...kind('veth') }),
    link(3, 'v1', { link: 2, ...kind('veth') }),
    link(4, 'v2', { link: 6, ...kind('veth') }),
    link(5, 'br0', kind('bridge')),
    link(6, 'v3', { link: 4, master: 5, ...kind('veth') }),
    link(7, 'v4', { link: 8, master: 5, ...kind('veth') }),
    link(8, 'v5', { link: 7, master: 5, ...kind('veth') }),
    link(9, 'v1.5', { link: 3, ...kind('vlan', { id: 5 }) }),
  ]
  assert.is(
    topologyText(
      topology([
        { name: 'host', links, addresses: [address(3, '10.0.0.1', 24), address(8, '10.0.1.1', 24)], routes: [] },
      ]),
    ),
    ` host
  v0 ═══ v1 10.0.0.1/24
  br0
  ├─ v3 ═══ v2
  ├─ v4 ═══ v5 10.0.1.1/24
  └─ v5 10.0.1.1/24 ═══ v4
  v1.5  (vlan 5) over v1
`,
  )
})

test('text: links with several other ends, as in a damaged capture, are all drawn', () => {
  const links = [2, 3, 4, 5].map((index) =>
    link(index, `v${index}`, { link: index === 5 ? 2 : index + 1, ...kind('veth') }),
  )
  const text = topologyText(topology([{ name: 'host', links, addresses: [], routes: [] }]))
  for (const { attrs } of links) assert.match(text, new RegExp(`^  ${attrs.ifname} `, 'm'))
})

test('a reply with only the name of a link removes nothing that is known', () => {
  const drawnAfter = (...messages: LinkMessage[]) => {
    const objects = new CaptureObjects()
    const file = writePcapng(
      messages.map((value): CapturedDatagram => {
        const bytes = encodeMessage(
          { type: 16, flags: 0, seq: 1, pid: 1 },
          encode(rtnetlink.messages.RTM_NEWLINK[1], value),
        )
        return { time: 0n, protocol: NETLINK.ROUTE, packetType: PACKET.USER, bytes }
      }),
    )
    for (const datagram of dissectCapture(file)) objects.add(datagram)
    return topologyText(topology([objects.objects('capture')]))
  }
  const known = link(2, 'd0', { mtu: 1500, linkinfo: { kind: 'dummy' } })
  assert.is(drawnAfter(known, link(2, 'd0')), ' capture\n  d0  (dummy)\n')
  assert.is(drawnAfter(known, link(2, 'd0', { mtu: 1500 })), ' capture\n  d0\n')
  assert.is(drawnAfter(known, link(2, 'other')), ' capture\n  other\n')
})

test('text: a peer that the topology lacks, and tunnels that routes control', () => {
  const links = [
    link(2, 'v0', { link: 5, ...kind('veth') }),
    link(3, 'vx0', kind('vxlan', { id: 0, collectMetadata: 1 })),
    link(4, 'gnv0', kind('geneve', { id: 0, collectMetadata: true })),
  ]
  assert.is(
    topologyText(topology([{ name: 'host', links, addresses: [], routes: [] }])),
    ' host\n  v0 ═══ #5\n  vx0  (external)\n  gnv0  (external)\n',
  )
})

test('masters in a circle and thousands of links take linear time', () => {
  const circle = [link(2, 'a', { master: 3 }), link(3, 'b', { master: 2 }), link(4, 'c', { master: 4 })]
  const text = topologyText(topology([{ name: 'x', links: circle, addresses: [], routes: [] }]))
  for (const name of ['a', 'b', 'c']) assert.is(text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length, 1)
  const many = Array.from({ length: 20_000 }, (_, index) => link(index + 2, `l${index}`, { master: index + 3 }))
  const long = topologyText(topology([{ name: 'x', links: many, addresses: [], routes: [] }]))
  assert.is(long.split('\n').length, many.length + 2)
})

/** Links in a row, each above the next. */
const row = (length: number) =>
  Array.from({ length }, (_, index) =>
    link(index + 2, `l${index}`, { ...(index + 1 < length && { link: index + 3 }), ...kind('vlan') }),
  )

test('an SVG drawing of 400 links in a row takes seconds, and has all links in its frame', () => {
  const before = process.cpuUsage()
  const svg = topologySvg(topology([{ name: 'x', links: row(400), addresses: [], routes: [] }]), dagre)
  const { user } = process.cpuUsage(before)
  assert.ok(user < 10_000_000, `${user} µs`)
  const rectangles = [
    ...svg.matchAll(/<rect class="(\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
  ]
  const areas = rectangles.map(([, name, ...numbers]) => ({ name, numbers: numbers.map(Number) }))
  const [left = 0, top = 0, width = 0, height = 0] = areas.find(({ name }) => name === 'namespace')?.numbers ?? []
  const links = areas.filter(({ name }) => name === 'link')
  assert.is(links.length, 400)
  for (const { numbers } of links) {
    const [x = 0, y = 0, w = 0, h = 0] = numbers
    assert.ok(x > left && y > top && x + w < left + width && y + h < top + height, JSON.stringify(numbers))
  }
  const [, total = 0] = /^<svg [^>]* width="(\d+)"/.exec(svg) ?? []
  assert.ok(left > 0 && left + width < Number(total))
})

test('netloom graph refuses an SVG drawing of more links than it can lay out', async () => {
  const [type, declaration] = rtnetlink.messages.RTM_NEWLINK
  const datagrams = row(1001).map(
    (payload): CapturedDatagram => ({
      ...{ time: 0n, protocol: NETLINK.ROUTE, packetType: PACKET.HOST },
      bytes: encodeMessage({ type, flags: 0, seq: 0, pid: 0 }, encode(declaration, payload)),
    }),
  )
  const folder = mkdtempSync(join(tmpdir(), 'netloom-graph-'))
  try {
    const file = join(folder, 'many.pcapng')
    writeFileSync(file, writePcapng(datagrams))
    const { status, lines, complaints } = await runHere(graph, file, '-f', 'svg')
    assert.equal([status, lines], [1, []])
    assert.match(complaints[0] ?? '', /^expected at most 1000 links for an SVG drawing, got 1001/)
    assert.is((await runHere(graph, file)).lines.length, 1002)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const recorded = (file: string) => fileURLToPath(new URL(`../captures/${file}`, import.meta.url))

/** Fails if two boxes of links overlap, or if links without edges are in one column. */
function expectSeparate(svg: string, name: string): void {
  const boxes = [
    ...svg.matchAll(/<rect class="link" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
  ].map(([, ...numbers]) => numbers.map(Number) as [number, number, number, number])
  for (const [index, [x, y, width, height]] of boxes.entries())
    for (const [otherX, otherY, otherWidth, otherHeight] of boxes.slice(index + 1))
      assert.ok(
        x + width <= otherX || otherX + otherWidth <= x || y + height <= otherY || otherY + otherHeight <= y,
        `${name}: ${[x, y]} and ${[otherX, otherY]} are apart`,
      )
  const paths = [...svg.matchAll(/<path class="(?:port|lower|peer)" d="([^"]+)"/g)].map(([, d = '']) =>
    d
      .split(/[ML]/)
      .slice(1)
      .map((point) => point.split(' ').map(Number) as [number, number]),
  )
  for (const points of paths)
    for (const [index, [toX, toY]] of points.entries()) {
      const [fromX, fromY] = points[Math.max(0, index - 1)] as [number, number]
      for (let part = 0; part <= 1; part += 0.02) {
        const [atX, atY] = [fromX + (toX - fromX) * part, fromY + (toY - fromY) * part]
        const isInside = ([x, y, width, height]: (typeof boxes)[number]) =>
          atX > x + 1 && atX < x + width - 1 && atY > y + 1 && atY < y + height - 1
        assert.not(boxes.some(isInside), `${name}: a line crosses a box at ${[atX, atY]}`)
      }
    }
  const columns = new Set(boxes.map(([x, , width]) => Math.round(x + width / 2))).size
  assert.ok(boxes.length < 3 || columns > 1, `${name}: ${boxes.length} links in ${columns} columns`)
}

test('a capture without events shows what its acknowledged requests have changed', async () => {
  const drawn = async (name: string) => (await runHere(graph, recorded(`${name}.pcap`))).lines.slice(1)
  assert.equal(await drawn('netloom-ADD'), ['  br0', '  └─ tap0  (owner 1000)'])
  assert.equal(await drawn('cni-ADD'), ['  br0  down', '  └─ tap0 10.99.0.2/24 ── default via 10.99.0.1  (owner 1000)'])
  // The request contains no index, and no message names one.
  assert.equal(await drawn('iplinkadd'), ['  veth0  down ═══ veth1  down'])
})

/** A link request with its answer: an error, or 0 for an ack. */
function requested(seq: number, noun: 'NEWLINK' | 'DELLINK', value: LinkMessage, error = 0): CapturedDatagram[] {
  const [type, declaration] = rtnetlink.messages[`RTM_${noun}`]
  const flags = NLM_F.REQUEST | NLM_F.ACK | (noun === 'NEWLINK' ? NLM_F_NEW.CREATE : 0)
  const bytes = encodeMessage({ type, flags, seq, pid: 0 }, encode(declaration, value))
  const code = Buffer.alloc(4)
  code.writeInt32LE(error)
  const answer = encodeMessage({ type: 2, flags: 0, seq, pid: 9 }, Buffer.concat([code, bytes]))
  const of = (packetType: number, each: Buffer) => ({ time: 1n, protocol: NETLINK.ROUTE, packetType, bytes: each })
  return [of(PACKET.KERNEL, bytes), of(PACKET.USER, answer)]
}

const reported = (value: LinkMessage): CapturedDatagram => ({
  ...{ time: 1n, protocol: NETLINK.ROUTE, packetType: PACKET.USER },
  bytes: encodeMessage({ type: 16, flags: 0, seq: 0, pid: 0 }, encode(rtnetlink.messages.RTM_NEWLINK[1], value)),
})

const drawnAfter = (...datagrams: CapturedDatagram[]) => {
  const objects = new CaptureObjects()
  for (const datagram of dissectCapture(writePcapng(datagrams))) objects.add(datagram)
  return topologyText(topology([objects.objects('capture')]))
    .split('\n')
    .slice(1, -1)
}

test('requests: a link without an index gets that of a later message, with its pair; refused ones change nothing', () => {
  const pair = kind('veth', { peer: link(0, 'b', {}, 0) })
  const add = requested(1, 'NEWLINK', link(0, 'a', pair, 0))
  assert.equal(drawnAfter(...add), ['  a  down ═══ b  down'])
  assert.equal(drawnAfter(...add, reported(link(5, 'a', { mtu: 1500, link: 4, ...kind('veth') }))), ['  b  down ═══ a'])
  assert.equal(drawnAfter(...add, reported(link(4, 'b'))), ['  a  down ═══ b'])
  const rename = requested(2, 'NEWLINK', link(4, 'c', {}, 0))
  assert.equal(drawnAfter(...add, reported(link(4, 'b')), ...rename), ['  a  down ═══ c'])
  assert.equal(drawnAfter(...add, ...requested(2, 'DELLINK', link(0, 'b', {}, 0))), [])
  assert.equal(drawnAfter(...requested(1, 'NEWLINK', link(0, 'a', pair, 0), -17)), [])
  assert.equal(drawnAfter(...requested(1, 'NEWLINK', link(0, 'a%d', kind('veth'), 0))), [])
  assert.equal(drawnAfter(...requested(1, 'NEWLINK', link(0, 'a', { netNsPid: 1, ...kind('veth') }, 0))), [])
  const moved = requested(2, 'NEWLINK', link(7, 'x', { netNsPid: 1 }, 0))
  assert.equal(drawnAfter(reported(link(7, 'x')), ...moved), [])
})

test('requests: a deleted link takes those above it with it, unless it was moved', () => {
  const vlan = (index: number, name: string, lower: number) =>
    reported(link(index, name, { mtu: 1500, link: lower, ...kind('vlan', { id: index }) }))
  const tunnel = reported(link(9, 'gre1', { mtu: 1500, link: 7, ...kind('gre') }))
  const before = [reported(link(7, 'eth0', { mtu: 1500 })), vlan(8, 'eth0.8', 7), vlan(6, 'eth0.8.6', 8), tunnel]
  const unnumbered = requested(3, 'NEWLINK', link(0, 'eth0.5', { link: 7, ...kind('vlan', { id: 5 }) }, 0))
  assert.equal(drawnAfter(...before, ...unnumbered).length, 5)
  assert.equal(drawnAfter(...before, ...unnumbered, ...requested(4, 'DELLINK', link(7, 'eth0', {}, 0))), [
    '  gre1  (gre) over #7',
  ])
  const moved = requested(4, 'NEWLINK', link(7, 'eth0', { netNsPid: 1 }, 0))
  assert.equal(drawnAfter(...before, ...moved).length, 3)
})

test('requests: both ends of a pair get their indexes from messages with only their names', () => {
  const add = requested(1, 'NEWLINK', link(0, 'a', kind('veth', { peer: link(0, 'b', {}, 0) }), 0))
  const objects = new CaptureObjects()
  const named = [reported(link(5, 'a')), reported(link(4, 'b'))]
  for (const datagram of dissectCapture(writePcapng([...add, ...named]))) objects.add(datagram)
  const { edges, elsewhere } = topology([objects.objects('capture')])
  assert.equal([edges, elsewhere], [[{ kind: 'peer', from: 'n0l4', to: 'n0l5' }], []])
})

test('tables of a moment contain a link without an index, without a number', () => {
  const [conversations, objects] = [new Conversations(), new MomentObjects()]
  const file = writePcapng(requested(1, 'NEWLINK', link(0, 'a', kind('veth'), 0)))
  for (const datagram of dissectCapture(file))
    for (const assigned of conversations.add(datagram)) {
      const change = changeBy(assigned)
      if (change) objects.apply(change)
    }
  for (const each of [objects, objects.copy()]) {
    const [table] = momentTables(each, new CaptureNames())
    assert.is(table?.title, 'links')
    assert.equal(
      [table?.rows[0]?.[table.columns.indexOf('NAME')], table?.rows[0]?.[table.columns.indexOf('INDEX')]],
      ['a', ''],
    )
  }
})

test('requests for many links take time in proportion to their number', () => {
  const cpu = (count: number) => {
    const datagrams = Array.from({ length: count }, (_, at) => {
      const pair = kind('veth', { peer: link(0, `b${at}`, {}, 0) })
      return requested(at + 1, 'NEWLINK', link(0, `a${at}`, pair, 0))
    }).flat()
    const events = Array.from({ length: count }, (_, at) => reported(link(at + 2, `a${at}`)))
    const file = writePcapng([...datagrams, ...events])
    const before = process.cpuUsage()
    const objects = new CaptureObjects()
    for (const datagram of dissectCapture(file)) objects.add(datagram)
    const { namespaces } = topology([objects.objects('capture')])
    assert.is(namespaces[0]?.links.length, count * 2)
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  cpu(500)
  const ratio = Math.min(...[1, 2, 3].map(() => cpu(4000) / cpu(1000)))
  assert.ok(ratio < 10, `4 times the links take ${ratio.toFixed(1)} times the time`)
})

test('every capture can be drawn in every format', async () => {
  for (const name of captureNames) {
    const objects = new CaptureObjects()
    for (const datagram of dissectCapture(readFileSync(recorded(`${name}.pcap`)))) objects.add(datagram)
    const drawn = topology([objects.objects(name)])
    for (const draw of [topologyText, topologyMermaid, topologyDot]) assert.ok(draw(drawn).length > 0, name)
    const svg = topologySvg(drawn, dagre)
    assert.not.match(svg, /NaN|undefined/, name)
    // No such index exists: it stands for one that no message contains.
    assert.equal(
      drawn.elsewhere.filter(({ index }) => index >= 2 ** 31),
      [],
      name,
    )
    expectSeparate(svg, name)
  }
})

test('netloom graph FILE draws a capture, and what comes before damage', async () => {
  const { status, lines } = await runHere(graph, recorded('03-vxlan.pcap'))
  assert.is(status, 0)
  assert.match(lines[0] ?? '', /03-vxlan\.pcap$/)
  const dot = await runHere(graph, recorded('03-vxlan.pcap'), '-f', 'dot')
  assert.is(dot.lines[0], 'digraph netloom {')
})

test.run()
