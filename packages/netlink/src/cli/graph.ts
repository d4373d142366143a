import { readFileSync } from 'node:fs'
import { codeOf } from '../codec/error.js'
import { DecodeError } from '../codec/index.js'
import { Connection } from '../connection/connection.js'
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
import { NetlinkError } from '../message/index.js'
import type { rtnetlink } from '../route/index.js'
import { closeFile } from '../socket/close-file.js'
import { openNetns } from '../socket/netns.js'
import { type Command, command, type Printer } from './command.js'
import { type Declaration, UsageError } from './declaration.js'
import { allNamespaces, type NamedNamespace, OWN } from './namespaces.js'
import { allNetnsOption, netnsOption } from './options.js'

/** Returns the functions that draw. The layout library is loaded only if it is used. */
const formats = {
  text: topologyText,
  svg: async (drawn: Topology) => topologySvg(drawn, (await import('@dagrejs/dagre')).default),
  mermaid: topologyMermaid,
  dot: topologyDot,
}

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
    1: 'the kernel or the machine refuses, or the capture is damaged; what came before the damage is drawn',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

type Route = Connection<typeof rtnetlink.messages>

/** Returns the id that the namespace of the connection has given to another one. Returns undefined if it has none. */
function nsidOf(netlink: Route, netns: string | undefined): number | undefined {
  const fd = openNetns(netns ?? '/proc/thread-self/ns/net')
  try {
    const nsid = netlink.requestSync('RTM_GETNSID', { attrs: { fd } })[0]?.attrs.nsid
    return nsid === undefined || nsid < 0 ? undefined : nsid
  } catch (error) {
    if (error instanceof NetlinkError) return undefined
    throw error
  } finally {
    closeFile(fd)
  }
}

/** True for a namespace that was removed meanwhile, or is not mounted yet. */
const isMissing = (error: unknown) => ['ENOENT', 'EINVAL'].includes(codeOf(error) ?? '')

/** Reads the objects of a namespace, and the ids that it has given to others. */
function read(
  { name, netns }: Pick<NamedNamespace, 'name' | 'netns'>,
  others: readonly NamedNamespace[],
): NamespaceObjects {
  const netlink = Connection.open({ netns })
  try {
    const nsids = new Map<number, string>()
    for (const other of others) {
      try {
        const id = nsidOf(netlink, other.netns)
        if (id !== undefined) nsids.set(id, other.name)
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    }
    return {
      name,
      nsids,
      links: netlink.dumpSync('RTM_GETLINK'),
      addresses: netlink.dumpSync('RTM_GETADDR'),
      routes: netlink.dumpSync('RTM_GETROUTE'),
    }
  } finally {
    netlink.close()
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

/** Reads a capture. Reports damage, and returns what came before. */
function readFile(file: string, out: Printer): { readonly objects: NamespaceObjects; readonly status: number } {
  const found = new CaptureObjects()
  const name = file === '-' ? 'standard input' : file
  try {
    for (const datagram of dissectCapture(readFileSync(file === '-' ? 0 : file))) found.add(datagram)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    out.complain(`${name}: ${error.message}`)
    return { objects: found.objects(name), status: 1 }
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
    for (const line of (await formats[format](drawn)).trimEnd().split('\n')) out.line(line)
  }
  if (file !== undefined) {
    const { objects, status } = readFile(file, out)
    await print(topology([objects]))
    return status
  }
  if (isAll) await print(topology(readAll()))
  else await print(topology([read({ name: netns ?? OWN, netns }, allNamespaces())]))
  return 0
})
