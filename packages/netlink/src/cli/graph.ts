import { DecodeError } from '../codec/index.js'
import { dissectCapture } from '../dissect/index.js'
import {
  CaptureObjects,
  type NamespaceObjects,
  type Topology,
  topology,
  topologyDot,
  topologyMermaid,
  topologySvg,
  topologyText,
} from '../inspect/index.js'
import { Netlink } from '../netlink.js'
import { type Command, command, type Printer } from './command.js'
import { type Declaration, UsageError } from './declaration.js'
import { allNamespaces, isMissing, type NamedNamespace, nsidOf, OWN } from './namespaces.js'
import { allNetnsOption, netnsOption } from './options.js'
import { inputPieces } from './pieces.js'

/** Returns the functions that draw. The layout library is loaded only if it is used. */
const formats = {
  text: topologyText,
  svg: async (drawn: Topology) => topologySvg(drawn, (await import('@dagrejs/dagre')).default),
  mermaid: topologyMermaid,
  dot: topologyDot,
}

/** Most links of an SVG drawing: its layout takes time that grows with their square. */
const MOST_LINKS = 1000

const declaration = {
  description: [
    'Draws links and how they are connected: ports below their bridge or bond, pairs as double lines, VLANs and tunnels with the link below them, addresses and default routes. Loopback and link-local addresses are left out.',
    "With FILE, draws the state after the last message of a capture; '-' reads standard input. Of pairs whose other end is in another namespace, that end has a name only with --all-netns.",
  ],
  operands: { usage: '[FILE]', help: "a capture, or '-' for standard input", most: 1, completes: 'file' },
  options: {
    format: {
      short: 'f',
      value: 'FORMAT',
      default: 'text',
      values: ['text', 'svg', 'mermaid', 'dot'],
      help: 'form of the drawing',
    },
    netns: netnsOption,
    'all-netns': allNetnsOption,
  },
  examples: [
    ['netloom graph', 'Draws the links of this namespace'],
    ['netloom graph --all-netns --format svg > network.svg', 'Draws all namespaces, and the pairs between them'],
    ['netloom graph --all-netns -f dot | dot -Tpng -o network.png', 'Lets Graphviz draw it'],
    ['netloom graph capture.pcap --format mermaid', 'Draws the links in a capture, for a page in Markdown'],
  ],
  exitCodes: {
    0: 'the drawing is printed',
    1: 'the kernel or the machine refuses, there are more than 1,000 links for an SVG drawing, or the capture is damaged; what came before the damage is drawn',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

/** Reads the objects of a namespace, and the ids that it has given to others. */
function read(
  { name, netns }: Pick<NamedNamespace, 'name' | 'netns'>,
  others: readonly NamedNamespace[],
): NamespaceObjects {
  using nl = Netlink.open({ netns })
  const { connection } = nl
  const nsids = others.flatMap((other): [number, string][] => {
    const id = nsidOf(nl, other)
    return id === undefined ? [] : [[id, other.name]]
  })
  return {
    name,
    nsids: new Map(nsids),
    links: connection.dumpSync('RTM_GETLINK'),
    addresses: connection.dumpSync('RTM_GETADDR'),
    routes: connection.dumpSync('RTM_GETROUTE'),
  }
}

function readAll(): NamespaceObjects[] {
  const all = allNamespaces()
  return all.flatMap((each) => {
    try {
      return [read(each, all)]
    } catch (error) {
      if (each.netns !== undefined && isMissing(error)) return []
      throw error
    }
  })
}

/** Reads a capture. Reports damage, and returns what came before; no objects if nothing did. */
function readFile(file: string, out: Printer): { readonly objects?: NamespaceObjects; readonly status: number } {
  const found = new CaptureObjects()
  const name = file === '-' ? 'standard input' : file
  let isEmpty = true
  try {
    for (const datagram of dissectCapture(inputPieces(file, out), { lossless: false })) {
      found.add(datagram)
      isEmpty = false
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    out.complain(`${name}: ${error.message}`)
    return { ...(!isEmpty && { objects: found.objects(name) }), status: 1 }
  }
  return { objects: found.objects(name), status: 0 }
}

/** The command `netloom graph`. */
export const graph: Command = command(declaration, async ({ options, operands }, out) => {
  const { format, netns, 'all-netns': isAll } = options
  const [file] = operands
  if ([file !== undefined, netns !== undefined, isAll].filter((isGiven) => isGiven).length > 1)
    throw new UsageError('expected one of FILE, --netns and --all-netns, got several')
  const print = async (drawn: Topology) => {
    const links = drawn.namespaces.reduce((sum, namespace) => sum + namespace.links.length, 0)
    if (format === 'svg' && links > MOST_LINKS) {
      out.complain(
        `expected at most ${MOST_LINKS} links for an SVG drawing, got ${links}: use --format dot and Graphviz`,
      )
      return 1
    }
    for (const line of (await formats[format](drawn)).trimEnd().split('\n')) out.line(line)
    return 0
  }
  if (file !== undefined) {
    const { objects, status } = readFile(file, out)
    return (objects && (await print(topology([objects])))) || status
  }
  return print(topology(isAll ? readAll() : [read({ name: netns ?? OWN, netns }, allNamespaces())]))
})
