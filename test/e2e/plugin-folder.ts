import { appendFileSync, chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { standardPlugins } from '../cni-tap/attachment.js'
import { plugin } from '../support/plugin.js'

/** One call of the plugin by a runtime. */
export interface Recorded {
  readonly command: string
  readonly containerId: string
  readonly ifname: string
  readonly args: string
  readonly exitCode: number
}

/** Copies plugins of the CNI project to a folder. */
export function addStandardPlugins(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of ['host-local', 'loopback', 'tuning', 'static', 'bridge'])
    copyFileSync(join(standardPlugins, name), join(folder, name))
}

/** A folder of CNI plugins for a runtime. Its `tap` runs the plugin and records the call. */
export class PluginFolder {
  readonly #log: string

  constructor(readonly folder: string) {
    addStandardPlugins(folder)
    this.#log = join(folder, 'calls')
    appendFileSync(this.#log, '')
    const fields = '$CNI_COMMAND\\t$CNI_CONTAINERID\\t$CNI_IFNAME\\t$CNI_ARGS\\t$code'
    const script = [
      '#!/bin/sh',
      `'${plugin.join("' '")}'`,
      'code=$?',
      `printf "${fields}\\n" >> '${this.#log}'`,
      'exit $code',
    ]
    writeFileSync(join(folder, 'tap'), script.join('\n'))
    chmodSync(join(folder, 'tap'), 0o755)
  }

  /** Returns the calls in the order in which they ended. */
  calls(): Recorded[] {
    const lines = existsSync(this.#log) ? readFileSync(this.#log, 'utf8').split('\n').filter(Boolean) : []
    return lines.map((line) => {
      const [command = '', containerId = '', ifname = '', args = '', code] = line.split('\t')
      return { command, containerId, ifname, args, exitCode: Number(code) }
    })
  }

  /** Returns the commands for a container, in order. */
  commandsOf(containerId: string): string[] {
    return this.calls()
      .filter((each) => each.containerId === containerId)
      .map(({ command }) => command)
  }
}
