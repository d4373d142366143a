import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provided } from './environment.js'

/** Limits in milliseconds. They only stop what hangs: an emulated guest on a busy machine is slow. */
const limits = { boot: 240_000, command: 240_000 }

export interface VmOptions {
  /** Path of the pod's network namespace. */
  readonly netns: string
  readonly tap: string
  /** Address of the guest's device. */
  readonly mac: string
  readonly uid?: number
  readonly gid?: number
  readonly queues?: number
  /** MTU that the device offers the guest. */
  readonly mtu?: number
}

let booted = 0

/** Returns a file for the log of a guest's kernel. Each user may write to its folder. */
function consoleFile(): string {
  const folder = join(tmpdir(), 'consoles')
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o1777)
  return join(folder, String(++booted))
}

/** Copies a file to where each user may read it. */
export function readable(file: string, name: string): string {
  const copy = join(tmpdir(), name)
  copyFileSync(file, copy)
  chmodSync(copy, 0o644)
  return copy
}

function qemuArguments({ tap, mac, queues = 1, mtu }: VmOptions, log: string): string[] {
  const many = queues > 1
  const netdev = `tap,id=n0,ifname=${tap},script=no,downscript=no${many ? `,queues=${queues}` : ''}`
  const vectors = many ? `,mq=on,vectors=${2 * queues + 2}` : ''
  const device = `virtio-net-pci,netdev=n0,mac=${mac},romfile=${vectors}${mtu ? `,host_mtu=${mtu}` : ''}`
  return [
    [
      '-nodefaults',
      '-display',
      'none',
      '-no-reboot',
      '-accel',
      'tcg',
      '-cpu',
      'max',
      '-m',
      '256',
      '-smp',
      String(queues),
    ],
    ['-kernel', readable(provided('NETLOOM_VMLINUZ'), 'vmlinuz')],
    ['-initrd', readable(provided('NETLOOM_INITRAMFS'), 'initramfs')],
    ['-append', 'console=ttyS0 no_timer_check loglevel=4 panic=-1'],
    ['-serial', `file:${log}`, '-serial', 'stdio'],
    ['-netdev', netdev, '-device', device],
  ].flat()
}

/** Returns the command that starts QEMU on a tap, as a user without capabilities. */
function commandOf(options: VmOptions, log: string): string[] {
  const { netns, uid = 1000, gid = uid } = options
  const user = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups']
  const unprivileged = ['setpriv', ...user, '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all']
  return ['nsenter', `--net=${netns}`, ...unprivileged, 'qemu-system-x86_64', ...qemuArguments(options, log)]
}

/** A guest that runs commands. QEMU runs without privileges, as a user of its own. */
export class Vm {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #ended: Promise<void>
  readonly #console = consoleFile()
  #output = ''
  #errors = ''
  #isOver = false
  #notify = () => {}

  /** @param commandOf returns the command that starts QEMU, whose kernel logs to a file */
  private constructor(commandOf: (log: string) => string[]) {
    const [program = '', ...args] = commandOf(this.#console)
    this.#child = spawn(program, args, { stdio: 'pipe' })
    this.#child.stdout.on('data', (chunk) => {
      this.#output += chunk
      this.#notify()
    })
    this.#child.stderr.on('data', (chunk) => {
      this.#errors += chunk
    })
    this.#child.stdin.on('error', () => {})
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', () => {
        this.#isOver = true
        this.#notify()
        resolve()
      })
    })
  }

  /** Boots a guest on a tap, and waits until it runs commands. */
  static boot(options: VmOptions): Promise<Vm> {
    return Vm.start((log) => commandOf(options, log))
  }

  /** Starts QEMU with its guest's commands on its standard streams, and waits until it runs commands. */
  static async start(commandOf: (log: string) => string[]): Promise<Vm> {
    const vm = new Vm(commandOf)
    await vm.#until('@@ready', limits.boot, 'to boot')
    return vm
  }

  /** Starts QEMU, which must refuse to. Returns what it prints on stderr. */
  static async refused(options: VmOptions): Promise<string> {
    const vm = new Vm((log) => commandOf(options, log))
    const booted = vm.#until('@@ready', limits.boot, 'to boot').then(
      () => true,
      () => false,
    )
    if (await booted) {
      await vm.kill()
      throw new Error('expected QEMU to refuse the device, but it runs')
    }
    return vm.#errors
  }

  /** Returns the end of the guest's kernel log. */
  #log(): string {
    return existsSync(this.#console) ? readFileSync(this.#console, 'latin1').split('\n').slice(-20).join('\n') : ''
  }

  /** Waits for a marker in the output. Returns what was printed before it, and the rest of its line. */
  async #until(marker: string, milliseconds: number, what: string): Promise<{ before: string; rest: string }> {
    const end = Date.now() + milliseconds
    for (;;) {
      const [, before, rest] =
        new RegExp(`^([\\s\\S]*?)${marker}(.*)\n`, 'm').exec(this.#output.replaceAll('\r', '')) ?? []
      if (before !== undefined && rest !== undefined) {
        this.#output = ''
        return { before, rest }
      }
      if (this.#isOver) throw new Error(`QEMU ended: ${this.#errors}${this.#output}${this.#log()}`)
      if (Date.now() > end)
        throw new Error(`expected the guest ${what}, got ${JSON.stringify(this.#output)}\n${this.#log()}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000)
        this.#notify = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** Runs a line of shell in the guest. Returns its output and exit code. */
  async try(command: string): Promise<{ output: string; exitCode: number }> {
    this.#child.stdin.write(`${command}\n`)
    const { before, rest } = await this.#until('@@', limits.command, `to run ${command}`)
    return { output: before.trim(), exitCode: Number(rest) }
  }

  /** Runs a line of shell in the guest, which must succeed. Returns its output. */
  async run(command: string): Promise<string> {
    const { output, exitCode } = await this.try(command)
    if (exitCode !== 0) throw new Error(`expected ${command} to succeed in the guest, got ${exitCode}: ${output}`)
    return output
  }

  /** True if the guest reaches an address. */
  async pings(address: string, size = 56): Promise<boolean> {
    const version = address.includes(':') ? '-6' : '-4'
    const { exitCode } = await this.try(`ping ${version} -c 2 -s ${size} -W 5 -w 20 ${address}`)
    return exitCode === 0
  }

  /** True if an address does not answer for some seconds. Call it only if the guest reaches other addresses. */
  async isUnreachable(address: string): Promise<boolean> {
    const { exitCode } = await this.try(`ping -c 3 -W 2 -w 5 ${address}`)
    return exitCode === 1
  }

  get isRunning(): boolean {
    return !this.#isOver
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
