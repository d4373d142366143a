import type { ListedCommand } from './command.js'

/** The commands of `netloom`, by name. */
export const commands: Readonly<Record<string, ListedCommand>> = {
  completion: {
    summary: 'prints a script that completes the arguments of netloom in bash or zsh',
    load: async () => (await import('./completion.js')).completion(commands),
  },
  decode: {
    summary: 'prints the messages of a capture (pcap or pcapng)',
    load: async () => (await import('./decode.js')).decode,
  },
  dump: {
    summary: 'prints all links, addresses, routes and so on that there are',
    load: async () => (await import('./dump.js')).dump,
  },
  graph: {
    summary: 'draws links and how they are connected, of namespaces or of a capture',
    load: async () => (await import('./graph.js')).graph,
  },
  lab: {
    summary: 'runs a command as root of its own network, without root',
    load: async () => (await import('./lab.js')).lab,
  },
  monitor: {
    summary: 'prints what happens to links, addresses, routes and so on, as it happens',
    load: async () => (await import('./monitor.js')).monitor,
  },
  trace: {
    summary: 'runs a command, and prints its netlink traffic as it happens',
    load: async () => (await import('./trace.js')).trace,
  },
}
