import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Namespace } from '../../support/netns.js'
import { type Bar, compare } from '../../support/rounds.js'
import type { Running } from '../../tuntap/example.js'
import { transfer } from '../../tuntap/tunnel.js'

/** Compiles a program of this folder, calls `use` with its path, and deletes it. */
export async function withProgram(name: string, use: (program: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
  try {
    const program = join(folder, name)
    const source = fileURLToPath(new URL(`${name}.c`, import.meta.url))
    execFileSync('gcc', ['-O2', '-Wall', '-Werror', '-o', program, source])
    await use(program)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

// A variable, because TypeScript requires declarations for a literal, and the scripts have none.
const scripts = '../../../scripts/lib/runtimes.mjs'

/** Returns the commands that run an example on each runtime, by its name. */
export async function runtimes(): Promise<Readonly<Record<'Node' | 'Bun', (example: string) => string[]>>> {
  const { provideRuntime } = await import(scripts)
  const bun: string = provideRuntime('bun')
  const path = (example: string) => fileURLToPath(new URL(`../../../examples/${example}`, import.meta.url))
  return {
    Node: (example) => [process.execPath, ...process.execArgv, path(example)],
    Bun: (example) => [bun, path(example)],
  }
}

/** Returns the processor time of all threads of a process, in milliseconds: Documentation/scheduler/sched-stats.rst. */
function cpuOf(pid: number): number {
  const tasks = `/proc/${pid}/task`
  const nanoseconds = readdirSync(tasks).map((task) =>
    Number(readFileSync(join(tasks, task, 'schedstat'), 'latin1').split(' ')[0]),
  )
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6
}

/** Programs that pass on the packets between two hosts. */
export interface Path {
  readonly name: string
  readonly programs: readonly Running[]
  readonly hosts: readonly [from: Namespace, to: Namespace]
  /** Address of the second host. */
  readonly address: string
}

/** Sends TCP data over each path in turns, and compares the processor time of the programs. Then prints the time that passed. */
export async function compareTraffic(
  { name, megabytes }: { readonly name: string; readonly megabytes: number },
  paths: readonly Path[],
  bars: readonly Bar[],
): Promise<void> {
  const passed = new Map<string, number[]>()
  const send = async ({ name: path, programs, hosts, address }: Path) => {
    const cpu = () => programs.reduce((sum, { child }) => sum + cpuOf(child.pid as number), 0)
    const before = cpu()
    const { seconds } = await transfer(hosts, address, '-n', megabytes * 1e6)
    passed.set(path, [...(passed.get(path) ?? []), seconds * 1000])
    return cpu() - before
  }
  // So that the code is compiled.
  for (const path of paths) await send(path)
  passed.clear()
  const units = [megabytes, 'MB'] as const
  const contenders = paths.map((path) => ({ name: path.name, round: () => send(path) }))
  await compare({ name: `processor time of ${name}`, units }, contenders, bars)
  const recorded = paths.map(({ name }) => ({ name, round: () => passed.get(name)?.shift() ?? Number.NaN }))
  await compare({ name: `time of ${name}`, units }, recorded, [])
}
