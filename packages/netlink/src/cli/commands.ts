import type { ListedCommand } from './command.js'

/** The commands of `netloom`, by name. */
export const commands: Readonly<Record<string, ListedCommand>> = {
  apply: {
    summary: 'does the steps to a desired state, and undoes them if one fails',
    load: async () => (await import('./state/apply.js')).apply,
  },
  'capture-state': {
    summary: 'prints what there is as a desired state for netloom apply',
    load: async () => (await import('./state/capture.js')).captureState,
  },
  completion: {
    summary: 'prints a script that completes the arguments of netloom in bash or zsh',
    load: async () => (await import('./completion.js')).completion(commands),
  },
  confirm: {
    summary: 'keeps the changes of netloom apply --confirm-within',
    load: async () => (await import('./state/confirm.js')).confirm,
  },
  decode: {
    summary: 'prints the messages of a capture (pcap or pcapng), or of a log of strace',
    load: async () => (await import('./decode.js')).decode,
  },
  dump: {
    summary: 'prints all links, addresses, routes and so on that there are',
    load: async () => (await import('./dump.js')).dump,
  },
  generate: {
    summary: 'prints TypeScript that declares the family of a YAML spec',
    load: async () => (await import('./generate.js')).generate,
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
  plan: {
    summary: 'prints the steps to a desired state, and its conflicts',
    load: async () => (await import('./state/plan.js')).plan,
  },
  trace: {
    summary: 'runs a command, and prints its netlink traffic as it happens',
    load: async () => (await import('./trace.js')).trace,
  },
  undo: {
    summary: 'undoes changes of netloom apply that no process undoes any more',
    load: async () => (await import('./state/undo.js')).undo,
  },
  view: {
    summary: 'shows a capture in a browser',
    load: async () => (await import('./view/view.js')).view,
  },
}
