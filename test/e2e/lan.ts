import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Attachment } from '../cni-tap/attachment.js'
import { provided } from './environment.js'

/** Addresses of the host in the network of the guests. */
export const host = { ip: '10.77.0.1', ip6: 'fd00:77::1' }

/** A pod with a bridge, which is connected to this suite's own network namespace, the host. */
export class Lan implements Disposable {
  readonly pod: Attachment = new Attachment()
  readonly #server: ChildProcess

  constructor(readonly mtu = 1500) {
    const { name } = this.pod.namespace
    const ip = (...args: (string | number)[]) => execFileSync('ip', args.map(String))
    ip('-n', name, 'link', 'add', 'br0', 'mtu', mtu, 'up', 'type', 'bridge')
    ip('link', 'add', 'host0', 'mtu', mtu, 'type', 'veth', 'peer', 'name', 'up0', 'mtu', mtu, 'netns', name)
    ip('-n', name, 'link', 'set', 'up0', 'master', 'br0', 'up')
    ip('link', 'set', 'host0', 'up')
    ip('address', 'add', `${host.ip}/24`, 'dev', 'host0')
    ip('address', 'add', `${host.ip6}/64`, 'dev', 'host0', 'nodad')
    this.#server = this.#serveDhcp()
  }

  #serveDhcp(): ChildProcess {
    const folder = mkdtempSync(join(tmpdir(), 'dhcp-'))
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const lines = [
      'start 10.77.0.100',
      'end 10.77.0.120',
      'interface host0',
      'opt subnet 255.255.255.0',
      `lease_file ${file('leases', '')}`,
      `pidfile ${join(folder, 'pid')}`,
    ]
    const configuration = file('udhcpd.conf', `${lines.join('\n')}\n`)
    return spawn(provided('NETLOOM_BUSYBOX'), ['udhcpd', '-f', configuration], { stdio: 'ignore' })
  }

  /** Adds a tap to the bridge. Returns the result. */
  add(ifname: string, keys: object = {}): object {
    return this.pod.succeed('ADD', this.config(keys), { ifname }).json
  }

  config(keys: object = {}): object {
    return this.pod.config({ bridge: 'br0', ...keys })
  }

  /** True if the host reaches an address. */
  pings(address: string, size = 56): boolean {
    const version = address.includes(':') ? '-6' : '-4'
    const args = ['ping', version, '-c', '2', '-s', String(size), '-W', '5', '-w', '20', address]
    return spawnSync(provided('NETLOOM_BUSYBOX'), args).status === 0
  }

  /** Returns the counters of a device in the pod. */
  counters(name: string): { rx: { bytes: number; packets: number }; tx: { bytes: number; packets: number } } {
    return this.pod.namespace.ip('-s', 'link', 'show', 'dev', name)[0].stats64
  }

  [Symbol.dispose](): void {
    this.#server.kill()
    // The kernel deletes devices of a namespace some time after it, but another network needs the name at once.
    execFileSync('ip', ['link', 'delete', 'host0'])
    this.pod[Symbol.dispose]()
  }
}
