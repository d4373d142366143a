import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { pathToFileURL } from 'node:url'
import { ArgumentError } from '../codec/error.js'
import { faultLine } from '../lab/error.js'
import { createLabSync, type Lab, LabError, type LabSpec } from '../lab/index.js'
import { Netlink } from '../netlink.js'
import { NAMED_NETNS } from '../socket/netns.js'
import { type Command, command, type Printer } from './command.js'
import { type Declaration, UsageError } from './declaration.js'
import { unrunnable } from './trace-command.js'
import { SignalForwarder } from './trace-signals.js'

const declaration = {
  description: [
    'Runs COMMAND in a new user, network and mount namespace, in which it is root, and which ends with it. So programs and tests that create network namespaces run without root. The loopback is up.',
    'With --file, the namespaces of a lab are created first, and mounted under their own names: ip netns exec NAME …',
  ],
  operands: { usage: 'COMMAND [ARGUMENT …]', help: 'the command to run', isCommand: true, least: 1 },
  options: {
    file: {
      short: 'f',
      value: 'FILE',
      help: 'describes a lab: a JSON file, or a module (.js, .mjs, .ts, …) whose default export it is',
      completes: 'file',
    },
  },
  sections: [
    {
      title: 'Description of a lab',
      text: 'An object with a key for each namespace: links, addresses, routes, rules, qdiscs, impairments and so on, as for createLab() of @netloom/netlink/lab. All faults are reported, with their paths, before anything is created: docs/lab.md.',
    },
    {
      title: 'Namespaces',
      text: 'Root stays in its user namespace. /run/netns is a folder of its own, so other namespaces are not visible. If the machine has no such folder, /run is empty.',
    },
  ],
  examples: [
    ['netloom lab -- node --test', 'Runs tests that create labs, without root'],
    ['netloom lab bash', 'Starts a shell in which ip, tc and so on change only its own network'],
    ['netloom lab -f site.json -- ip netns exec web ping -c1 10.0.0.2', 'Runs a command in a described lab'],
  ],
  exitCodes: {
    0: 'the command ended with 0',
    1: 'the machine refuses, e.g. user namespaces; the description of the lab is wrong; or the command ended with 1',
    2: 'the arguments are wrong, or FILE cannot be read; or the command ended with 2',
    126: 'the command cannot run',
    127: 'there is no such command',
    128: 'and the number of a signal: the signal killed the command. Any other code is that of the command',
  },
} as const satisfies Declaration

/** Set for the second process of a lab, which is inside the namespaces. COMMAND does not get it. */
const INSIDE = 'NETLOOM_LAB_INSIDE'

/** Runs a program to its end, and returns its exit code: 128 and the number of a signal, as in a shell. Forwards signals to it. */
async function runToEnd(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const signals = new SignalForwarder()
  const child = spawn(program, args, { stdio: 'inherit', env })
  signals.begin(() => (child.pid === undefined ? [] : [child.pid]))
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal]
}

/** Starts this program again in new namespaces. An ordinary user needs a user namespace for the others. */
async function enter(args: readonly string[]): Promise<number> {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const own = [process.execPath, ...process.execArgv, process.argv[1] ?? '', 'lab', ...args]
  return await runToEnd('unshare', [...user, '--net', '--mount', ...own], { ...process.env, [INSIDE]: '1' })
}

/** Mounts an empty folder for the names of namespaces. The one of the machine belongs to its root. */
function mountFolder(): void {
  const target = existsSync(NAMED_NETNS) ? NAMED_NETNS : '/run'
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'netloom', target], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new ArgumentError(`expected to mount a tmpfs on ${target}: ${stderr.trim()}`)
}

/** Returns the default export of a module. TypeScript works in versions of Node that remove types. @throws {UsageError} */
async function importSpec(file: string): Promise<LabSpec> {
  const module = (await import(pathToFileURL(file).href)) as { readonly default?: LabSpec }
  if (module.default === undefined) throw new UsageError('it has no default export')
  return module.default
}

/** Reads the description of a lab. Its contents are checked when it is created. @throws {UsageError} */
async function readSpec(file: string): Promise<LabSpec> {
  const isModule = /\.[cm]?[jt]s$/.test(file)
  try {
    return isModule ? await importSpec(file) : (JSON.parse(readFileSync(file, 'utf8')) as LabSpec)
  } catch (error) {
    // A module may throw anything.
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected FILE to be a ${isModule ? 'module' : 'JSON file'}, got '${file}': ${reason}`)
  }
}

/** Creates a lab. Prints the faults of its description, one per line, and returns undefined. */
function created(spec: LabSpec, out: Printer): Lab | undefined {
  try {
    return createLabSync(spec, { plainNames: true })
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    for (const fault of error.faults) out.complain(faultLine(fault))
    return undefined
  }
}

async function runInside(file: string | undefined, [program = '', ...args]: readonly string[], out: Printer) {
  const problem = unrunnable(program)
  if (problem) {
    out.complain(problem.reason)
    return problem.exitCode
  }
  const spec = file === undefined ? undefined : await readSpec(file)
  mountFolder()
  using nl = Netlink.open()
  nl.link.setSync('lo', { up: true })
  const lab = spec && created(spec, out)
  if (spec !== undefined && lab === undefined) return 1
  const { [INSIDE]: _, ...env } = process.env
  try {
    return await runToEnd(program, args, env)
  } finally {
    lab?.close()
  }
}

/** The command `netloom lab`. */
export const lab: Command = command(declaration, ({ options, operands }, out) => {
  if (process.env[INSIDE] !== undefined) return runInside(options.file, operands, out)
  return enter([...(options.file === undefined ? [] : ['--file', options.file]), '--', ...operands])
})
