import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '../support/until.js'
import { provided } from './environment.js'
import { readable } from './vm.js'

const execute = promisify(execFile)

/** User and group of QEMU in KubeVirt's pods. */
const qemu = 107

/** Runs as that user without capabilities. */
const unprivileged = [
  ['setpriv', '--reuid', String(qemu), '--regid', String(qemu), '--clear-groups', '--no-new-privs'],
  ['--bounding-set=-all', '--inh-caps=-all'],
].flat()

/** libvirt in a pod, as KubeVirt's virt-launcher runs it. */
export class Libvirt {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'libvirt-'))
  readonly #libvirt: string = provided('NETLOOM_LIBVIRT')
  readonly #env: NodeJS.ProcessEnv
  #daemon: ChildProcess | undefined

  constructor(readonly netns: string) {
    const libraries = join(this.#libvirt, 'lib/x86_64-linux-gnu')
    this.#env = { ...process.env, XDG_RUNTIME_DIR: this.folder, HOME: this.folder, LD_LIBRARY_PATH: libraries }
    chmodSync(this.folder, 0o700)
    const configuration = join(this.folder, '.config/libvirt')
    mkdirSync(configuration, { recursive: true })
    writeFileSync(join(configuration, 'qemu.conf'), 'security_driver = "none"\n')
    for (const each of ['', '.config', '.config/libvirt', '.config/libvirt/qemu.conf'])
      chownSync(join(this.folder, each), qemu, qemu)
  }

  get #socket(): string {
    return join(this.folder, 'libvirt/libvirt-sock')
  }

  /** Starts the daemon. libvirt's files are merged into /usr, because its paths are fixed. */
  async start(): Promise<void> {
    execFileSync('mount', ['-t', 'overlay', '-o', `lowerdir=${this.#libvirt}/usr:/usr`, 'overlay', '/usr'])
    const account = `qemu:x:${qemu}:${qemu}::${this.folder}:/bin/sh`
    for (const [name, line] of [
      ['passwd', account],
      ['group', `qemu:x:${qemu}:`],
    ] as const) {
      const file = join(tmpdir(), `libvirt-${name}`)
      writeFileSync(file, `${readFileSync(`/etc/${name}`, 'utf8')}${line}\n`)
      chmodSync(file, 0o644)
      execFileSync('mount', ['--bind', file, `/etc/${name}`])
    }
    const log = openSync(join(tmpdir(), 'libvirtd.log'), 'a')
    const args = [`--net=${this.netns}`, ...unprivileged, 'libvirtd']
    this.#daemon = spawn('nsenter', args, { env: this.#env, stdio: ['ignore', log, log] })
    await until('the socket of libvirtd', () => existsSync(this.#socket))
  }

  log(): string {
    return readFileSync(join(tmpdir(), 'libvirtd.log'), 'utf8')
  }

  /** Runs virsh. Returns what it prints. */
  async virsh(...args: string[]): Promise<string> {
    const uri = `qemu:///session?socket=${this.#socket}`
    const command = [...unprivileged.slice(1), 'virsh', '-c', uri, ...args]
    const { stdout } = await execute('setpriv', command, { env: this.#env, encoding: 'utf8' })
    return stdout.trim()
  }

  /** Writes a file that the daemon may read. */
  write(name: string, text: string): string {
    const file = join(this.folder, name)
    writeFileSync(file, text)
    chownSync(file, qemu, qemu)
    return file
  }

  stop(): void {
    this.#daemon?.kill('SIGKILL')
  }
}

/** Device of a guest, as KubeVirt describes it: the tap exists already. */
export const interfaceXml = (tap: string, mac: string): string => `
  <interface type='ethernet'>
    <mac address='${mac}'/>
    <target dev='${tap}' managed='no'/>
    <model type='virtio-non-transitional'/>
    <rom enabled='no'/>
  </interface>`

/** A guest with an address and ports for hotplug. */
export const domainXml = (name: string, device: string, address: string): string => `
<domain type='qemu'>
  <name>${name}</name>
  <memory unit='MiB'>256</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>${readable(provided('NETLOOM_VMLINUZ'), 'vmlinuz')}</kernel>
    <initrd>${readable(provided('NETLOOM_INITRAMFS'), 'initramfs')}</initrd>
    <cmdline>console=ttyS0 no_timer_check panic=-1 guest_address=${address}</cmdline>
  </os>
  <features><acpi/></features>
  <on_reboot>destroy</on_reboot>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <controller type='pci' model='pcie-root'/>
    <controller type='pci' model='pcie-root-port'/>
    <controller type='pci' model='pcie-root-port'/>
    <controller type='pci' model='pcie-root-port'/>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <serial type='null'><target port='0'/></serial>
    <serial type='null'><target port='1'/></serial>
    ${device}
  </devices>
</domain>`
