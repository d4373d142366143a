import { type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import './built.js'

const built = (name: string) => fileURLToPath(new URL(`../../packages/cni-tap/${name}`, import.meta.url))

/** Forms of the plugin: the program of the package, the same as single modules, and the executables. */
const forms = { bundle: 'bundle/main.js', modules: 'dist/main.js', exe: 'dist/tap', sanitized: 'dist/tap-sanitized' }

/** NETLOOM_PLUGIN is a key of {@link forms}, or the path of a module or a program. By default tests run the program of the package. */
const { NETLOOM_PLUGIN: form = 'bundle' } = process.env
const file = Object.hasOwn(forms, form) ? built(forms[form as keyof typeof forms]) : form

/** True if tests run the plugin as an executable. */
export const isExecutable = ['exe', 'sanitized'].includes(form) || !file.endsWith('.js')

/** Program and arguments of the plugin. */
export const plugin: readonly [string, ...string[]] = isExecutable ? [file] : [process.execPath, file]

/** One call of the plugin by a container runtime. Undefined members are missing in the environment. */
export interface Call {
  readonly command?: string
  readonly containerId?: string
  readonly netns?: string
  readonly ifname?: string
  readonly args?: string
  readonly path?: string
  /** Further environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Text and bytes are written to stdin unchanged, other values as JSON. */
  readonly config?: unknown
}

/** Result of a call. */
export interface Answer {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** stdout as JSON; undefined if it is empty. */
  // biome-ignore lint/suspicious/noExplicitAny: results and errors of seven versions; the tests look at single members
  readonly json: any
}

const variables = {
  command: 'CNI_COMMAND',
  containerId: 'CNI_CONTAINERID',
  netns: 'CNI_NETNS',
  ifname: 'CNI_IFNAME',
  args: 'CNI_ARGS',
  path: 'CNI_PATH',
} as const

/** Environment variables to pass on. Coverage is measured for single modules only. */
const inherited = ['PATH', ...(form === 'modules' ? ['NODE_V8_COVERAGE', 'NODE_OPTIONS'] : [])]

/** Returns the environment of a call. It contains nothing else of this process. */
export function environmentOf(call: Call): Record<string, string> {
  const cni = Object.entries(variables).map(([key, name]) => [name, call[key as keyof typeof variables]])
  const ours = inherited.map((name) => [name, process.env[name]])
  const given = [...ours, ...cni].filter(([, value]) => value !== undefined)
  return { ...(Object.fromEntries(given) as Record<string, string>), ...call.env }
}

/** Returns the bytes for stdin. */
export const stdinOf = ({ config = '' }: Call) =>
  typeof config === 'string' || Buffer.isBuffer(config) ? config : JSON.stringify(config)

/** Checks the output of a call: stdout must be one JSON object or empty, and stderr must not contain a stack trace. */
function answer(exitCode: number | null, stdout: string, stderr: string): Answer {
  if (/^\s+at /m.test(stdout + stderr)) throw new Error(`the plugin printed a stack trace: ${stdout}${stderr}`)
  return { exitCode, stdout, stderr, json: stdout === '' ? undefined : JSON.parse(stdout) }
}

/** Limit in milliseconds. A call is faster, even in an emulated guest on a busy machine. */
const hangs = 180_000

/** Runs the plugin, or another program to compare with, and waits for it. */
export function callPlugin(call: Call, program: readonly string[] = plugin): Answer {
  const [file = '', ...args] = program
  const options = { env: environmentOf(call), input: stdinOf(call), encoding: 'utf8', timeout: hangs } as const
  const { status, stdout, stderr, error } = spawnSync(file, args, options)
  // A plugin that fails before it reads its configuration closes the pipe while we write.
  if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  return answer(status, stdout, stderr)
}

/** Runs the plugin without CNI_COMMAND, as an operator does. `env` is added to the environment. */
export function callByHand(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}) {
  const [file, ...before] = plugin
  const options = { env: { ...environmentOf({}), ...env }, input, encoding: 'utf8', timeout: hangs } as const
  const { status: exitCode, stdout, stderr, error } = spawnSync(file, [...before, ...args], options)
  if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  return { exitCode, stdout, stderr }
}

/** Starts the plugin without waiting for it. */
export function startPlugin(call: Call, options: SpawnOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = plugin
    const child = spawn(program, args, { stdio: 'pipe', ...options, env: environmentOf(call) })
    const output = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.on('data', (chunk) => {
        output[stream] += chunk
      })
    }
    child.on('error', reject)
    child.on('close', (code) => {
      try {
        resolve(answer(code, output.stdout, output.stderr))
      } catch (error) {
        reject(error)
      }
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(stdinOf(call))
  })
}
