import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from '@netloom/netlink'
import { standardPlugins } from '../cni-tap/attachment.js'
import { type Namespace, scratch } from '../support/netns.js'
import { type Input, type Paths, placeholders, plugins } from './inputs.js'

/** A network namespace, and files of all kinds that an input can name. */
export class Scene implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'netloom-hostile-'))
  readonly #namespace: Namespace = scratch()
  readonly #nl: Connection = Connection.open({ netns: this.#namespace.path })
  readonly #paths: Paths

  constructor() {
    const inFolder = (name: string) => join(this.folder, name)
    const folder = inFolder('plugins')
    this.#paths = {
      NETNS: this.#namespace.path,
      NAME: this.#namespace.name,
      FIFO: inFolder('fifo'),
      FILE: inFolder('file'),
      FOLDER: this.folder,
      PLUGINS: folder,
    }
    writeFileSync(this.#paths.FILE, 'nothing')
    mkdirSync(join(folder, 'folder'), { recursive: true })
    for (const [name, script] of Object.entries(plugins)) writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
    for (const name of Object.keys(plugins)) chmodSync(join(folder, name), 0o755)
    writeFileSync(join(folder, 'notexec'), '#!/bin/sh\n')
    copyFileSync(join(standardPlugins, 'host-local'), join(folder, 'host-local'))
    spawnSync('mkfifo', [this.#paths.FIFO, join(folder, 'fifo')])
  }

  #substitute(text: string): string {
    return placeholders.reduce((result, name) => result.replaceAll(name, this.#paths[name]), text)
  }

  /** Returns the environment of an input, with placeholders replaced. Byte values are returned unchanged. */
  environmentOf({ command, env }: Input): [name: string, value: string | Uint8Array][] {
    return Object.entries({ CNI_COMMAND: command, ...env }).flatMap(([name, value]) => {
      if (value === undefined) return []
      return [[name, typeof value === 'string' ? this.#substitute(value) : value]]
    })
  }

  stdinOf({ stdin }: Input): Buffer {
    if ('bytes' in stdin) return Buffer.from(this.#substitute(Buffer.from(stdin.bytes).toString('latin1')), 'latin1')
    if ('text' in stdin) return Buffer.from(this.#substitute(stdin.text))
    return Buffer.from(stdin.before + stdin.repeat.repeat(stdin.times) + stdin.after)
  }

  /** Returns leftovers: devices in the namespace, and addresses that host-local still reserves. */
  leftovers(): string[] {
    const devices = this.#nl.dumpSync('RTM_GETLINK').map(({ attrs }) => `device ${attrs.ifname}`)
    const files = readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
    const reservations = files
      .filter((file) => /\/[0-9a-f.:]*[.:][0-9a-f.:]+$/.test(file))
      .map((file) => `reservation ${file}`)
    return [...devices.filter((device) => device !== 'device lo'), ...reservations]
  }

  [Symbol.dispose](): void {
    this.#nl.close()
    this.#namespace.remove()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
