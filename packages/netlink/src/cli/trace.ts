import { type Command, command } from './command.js'
import { type Declaration, UsageError } from './declaration.js'
import { filterSection, netnsOption, viewOptions } from './options.js'
import { printer } from './printer.js'
import { traceAll } from './trace-all.js'
import { traceWithStrace } from './trace-run.js'
import { TraceView } from './trace-show.js'

const isPid = (text: string) => /^[1-9]\d{0,9}$/.test(text)

const declaration = {
  description: [
    'Runs COMMAND, and prints its netlink traffic and that of its children while it runs, with the process, the outcome and the time in the kernel of each request. Input, output and exit code of the command stay as they are: the trace is on standard error. strace is needed.',
    'A process that the command leaves behind is traced until it ends. -p PID traces processes that run, and --all traces all of them. Their traces are on standard output, and end with the processes, or with Ctrl-C.',
  ],
  operands: { usage: '[COMMAND [ARGUMENT …]]', help: 'the command to run', isCommand: true },
  options: {
    pid: {
      short: 'p',
      value: 'PID',
      help: 'traces this process and the children that it creates',
      multiple: true,
      expected: 'the id of a process',
      fits: isPid,
    },
    all: {
      help: 'traces all processes of a network namespace until Ctrl-C, with a temporary device of kind nlmon; needs root and that kernel module. It shows no times in the kernel, and the names of processes only while they run',
    },
    netns: { ...netnsOption, help: `with --all: ${netnsOption.help}` },
    output: {
      short: 'o',
      value: 'FILE',
      help: 'also writes the datagrams to this pcapng file, with processes and times, for netloom decode and Wireshark; only its owner can read it',
      completes: 'file',
    },
    'read-write': {
      help: 'also traces read, write, readv and writev, for a program that uses them on netlink sockets; slow for a program that reads and writes files',
    },
    ...viewOptions,
  },
  sections: [
    {
      title: 'Refused requests',
      text: 'A refused request ends in ✗ and the name of the error, e.g. ✗ ENETUNREACH for the route of the first example. The line below contains the kernel\'s words, e.g. the kernel: "Nexthop has invalid gateway". If the kernel names an attribute, ~ marks it.',
    },
    {
      title: 'Time in the kernel',
      text: 'The kernel handles a request inside of the system call that sends it. So its time is the duration of that call; of a dump, the durations of the calls that receive it are added. It contains the cost of tracing, and is marked with ≈.',
    },
    filterSection,
    {
      title: 'Signals',
      text: 'netloom forwards SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 to the command. If the command has ended, it forwards them to the processes that it left behind. Ctrl-C reaches the command directly.',
    },
  ],
  examples: [
    ['netloom trace -- ip route add 10.0.0.0/8 via 203.0.113.1', 'Shows why the kernel refuses a route'],
    ['netloom trace -o podman.pcapng podman run --rm alpine true', 'Keeps the traffic of a program'],
    [
      "netloom trace --filter 'kind=route or refused' -- ./setup.sh",
      'Shows what a program does with routes, and refusals',
    ],
    ['netloom trace -d -- ip link add br0 type bridge', 'Shows all attributes of each message'],
    ['netloom trace --all', 'Shows the netlink traffic of all programs'],
    ['netloom trace -p 847', 'Shows the requests of a daemon until Ctrl-C'],
  ],
  exitCodes: {
    0: 'the command ended with 0, or the trace of -p or --all has ended',
    1: 'the machine refuses, e.g. because strace or nlmon is missing; or the command ended with 1; or it ended with 0, but the file of -o or the trace is incomplete, e.g. because the disk is full',
    2: 'the arguments are wrong; or the command ended with 2',
    126: 'the command cannot run',
    127: 'there is no such command',
    128: 'and the number of a signal: the signal killed the command. Any other code is that of the command',
  },
} as const satisfies Declaration

/** The command `netloom trace`. */
export const trace: Command = command(declaration, async ({ options, operands }, out) => {
  const { pid: pids, all: isAll, netns, 'read-write': readWrite, ...shown } = options
  const hasCommand = operands.length > 0
  const given = [...(hasCommand ? ['a COMMAND'] : []), ...(pids.length > 0 ? ['-p'] : []), ...(isAll ? ['--all'] : [])]
  if (given.length !== 1)
    throw new UsageError(`expected a COMMAND, -p PID or --all, got ${given.join(' and ') || 'none of them'}`)
  if (netns !== undefined && !isAll) throw new UsageError('--netns needs --all')
  // The standard output belongs to the command.
  using view = new TraceView(hasCommand ? printer(2) : out, shown, hasCommand ? 2 : 1)
  const code = isAll ? 0 : await traceWithStrace({ command: operands, pids, readWrite }, view)
  if (isAll) await traceAll(netns, view)
  return view.exitCode(code)
})
