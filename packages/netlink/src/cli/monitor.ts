import { hasColours } from './colour.js'
import { type Command, command } from './command.js'
import { type Declaration, UsageError } from './declaration.js'
import { Ending } from './ending.js'
import { MessageFilter } from './message-filter.js'
import { AllNamespaces } from './monitor/all-namespaces.js'
import { declarationsOf } from './monitor/declarations.js'
import { NamespaceEnd } from './monitor/namespace-end.js'
import { NamespaceMonitor } from './monitor/namespace-monitor.js'
import { objectNames, wantedGroups } from './monitor/objects.js'
import { NamespaceOutput } from './monitor/output.js'
import { colourOption, filterOption, filterSection, netnsOption, secretsOption } from './options.js'

const declaration = {
  description: [
    'Prints a line for each change, as the kernel announces it, with the members that changed: "~ link veth3  mtu 1500 → 1400". Changes that the kernel makes without an announcement are found, too, and marked "silent" with their cause. It ends at SIGINT (Ctrl-C) or SIGTERM, and with an error if the namespace of --netns is removed.',
    'Without operands it monitors all groups of NETLINK_ROUTE. If messages arrive faster than they are read, the kernel drops some. Then a line says "! lost", and the lines after it lead to the present state.',
  ],
  operands: {
    usage: '[OBJECT …]',
    help: `any of ${objectNames.join(' ')}; generic:FAMILY:GROUP is one group of a family; all is everything but families and processes`,
    suggests: objectNames,
  },
  options: {
    detail: {
      short: 'd',
      help: 'prints whole messages with all attributes, as netloom decode -d does, in place of changes',
    },
    hex: { short: 'x', help: 'like -d, with the bytes of each part: their offset, and hexadecimal' },
    json: {
      help: "prints a JSON object a line for each message, as netloom decode --json does (without the datagram's number)",
    },
    words: { help: 'with --json: names in place of numbers that have one' },
    filter: { ...filterOption, help: 'prints what FILTER selects, by the state before or after a change' },
    utc: { help: 'prints times in UTC, in place of local time' },
    secrets: secretsOption,
    color: colourOption,
    netns: netnsOption,
    'all-netns': {
      help: 'monitors this namespace, all in /run/netns and all that have an id in this one, as they come and go; each line begins with the namespace',
    },
  },
  sections: [
    {
      title: 'Signs',
      rows: [
        ['+', 'added'],
        ['~', 'changed, with the members that changed'],
        ['–', 'removed'],
        ['=', 'announced without a change'],
        ['!', 'notifications were lost, one is unreadable, or a namespace was removed'],
      ],
    },
    filterSection,
  ],
  examples: [
    ['netloom monitor', 'Prints every change of links, addresses, routes and so on'],
    ['netloom monitor link addr route --all-netns', 'Prints changes in all namespaces'],
    ["netloom monitor --filter 'name=eth0 or oif=eth0'", 'Prints changes of one link and of its routes'],
    ['netloom monitor conntrack nftables', 'Prints connections as they come and go, and changes of the firewall'],
    ['netloom monitor generic:nl80211 uevent', 'Prints events of wireless devices, and of the device model'],
    ['netloom monitor processes', 'Prints processes as they start, execute a program and end'],
    ['netloom monitor xfrm diag --json | jq .type', 'Prints events of IPsec and closed sockets as JSON'],
  ],
  exitCodes: {
    0: 'a signal ended it, or the reader closed the pipe',
    1: 'the namespace, a group or a family is not available, or the namespace was removed',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

/** The command `netloom monitor`. */
export const monitor: Command = command(declaration, async ({ options, operands }, out) => {
  const { netns, 'all-netns': isAll, color, ...others } = options
  const form = { ...others, isColoured: hasColours(color, process.stdout.isTTY === true, process.env) }
  if (isAll && netns !== undefined) throw new UsageError('expected --netns or --all-netns, got both')
  const wanted = wantedGroups(operands)
  if (options.json && (options.detail || options.hex)) throw new UsageError('expected --json, or -d and -x, got both')
  // A wrong filter is an error before anything is read.
  if (options.filter !== undefined) MessageFilter.check(options.filter, declarationsOf(wanted))
  using ending = new Ending()
  if (isAll) {
    using all = new AllNamespaces(wanted, out, form, ending.fail)
    await Promise.race([all.start(), ending.done])
    await ending.done
  } else {
    using _removal = netns === undefined ? undefined : new NamespaceEnd(netns, ending.fail)
    using one = new NamespaceMonitor(netns, new NamespaceOutput(out, form, undefined), ending.fail)
    await Promise.race([one.start(wanted), ending.done])
    await ending.done
  }
  return 0
})
