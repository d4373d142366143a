import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type Attachment, standardPlugins } from '../cni-tap/attachment.js'
import { type Answer, type Call, callPlugin, plugin } from '../support/plugin.js'

/** Plugin configuration or list, as in the `spec.config` of a NetworkAttachmentDefinition. */
export interface Network {
  readonly cniVersion: string
  readonly name: string
  readonly type?: string
  readonly plugins?: readonly PluginConfig[]
  readonly [key: string]: unknown
}

interface PluginConfig {
  readonly type: string
  readonly capabilities?: Readonly<Record<string, boolean>>
  readonly args?: { readonly cni?: object }
  readonly [key: string]: unknown
}

/** An element of the annotation k8s.v1.cni.cncf.io/networks. */
export interface Selection {
  readonly mac?: string
  readonly ips?: readonly string[]
  readonly interface?: string
  readonly 'cni-args'?: object
  readonly bandwidth?: object
  readonly portMappings?: readonly object[]
  /** Of the device plugin that the definition names, or of the element. */
  readonly deviceID?: string
  /** True for the pod's first network: Multus adds no keys of the element to runtimeConfig. */
  readonly isDefault?: boolean
}

const pod = { namespace: 'default', name: 'vm-0', uid: '6cf8f0a1-4e0f-4c6a-9a5d-3c1a9b7e2f10' }

/** Adds what LoadDelegateNetConf of Multus adds to a configuration: the device and `args.cni`. */
function withSelection(config: PluginConfig, { deviceID, 'cni-args': cniArgs }: Selection): PluginConfig {
  return {
    ...config,
    ...(deviceID !== undefined && { deviceID, pciBusID: deviceID }),
    ...(cniArgs && { args: { ...config.args, cni: { ...config.args?.cni, ...cniArgs } } }),
  }
}

/** Returns the capability arguments of newCNIRuntimeConf. */
function capabilityArgs(selection: Selection, network: string, ifname: string): Record<string, unknown> {
  if (selection.isDefault) return {}
  const { mac, ips, bandwidth, portMappings, deviceID } = selection
  const CNIDeviceInfoFile = `/var/run/k8s.cni.cncf.io/devinfo/cni/${network}-c1_${ifname}-device.json`
  const all = { mac, ips, bandwidth, portMappings, deviceID, ...(deviceID !== undefined && { CNIDeviceInfoFile }) }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** Returns the configuration for one plugin, as libcni writes it. */
function toStdin(network: Network, config: PluginConfig, capabilities: object, prevResult?: object): object {
  const runtimeConfig = Object.entries(capabilities).filter(([key]) => config.capabilities?.[key])
  return {
    ...config,
    name: network.name,
    cniVersion: network.cniVersion,
    ...(runtimeConfig.length > 0 && { runtimeConfig: Object.fromEntries(runtimeConfig) }),
    ...(prevResult && { prevResult }),
  }
}

/** Attachment of a pod to one network by Multus, with the calls that it makes through libcni. */
export class Delegate {
  readonly #plugins: readonly PluginConfig[]
  readonly #capabilities: object
  readonly #args: string
  /** libcni keeps the result, and sends it with CHECK and DEL. */
  #cached: object | undefined

  constructor(
    readonly attachment: Attachment,
    readonly network: Network,
    readonly ifname: string,
    readonly selection: Selection = {},
  ) {
    const plugins = network.plugins ?? [network as unknown as PluginConfig]
    this.#plugins = plugins.map((config) => withSelection(config, selection))
    this.#capabilities = capabilityArgs(selection, `default/${network.name}`, ifname)
    const { mac, ips } = selection
    this.#args = [
      'IgnoreUnknown=true',
      `K8S_POD_NAMESPACE=${pod.namespace}`,
      `K8S_POD_NAME=${pod.name}`,
      'K8S_POD_INFRA_CONTAINER_ID=c1',
      `K8S_POD_UID=${pod.uid}`,
      ...(mac ? [`MAC=${mac}`] : []),
      ...(ips ? [`IP=${ips.join(',')}`] : []),
    ].join(';')
  }

  #call(command: string, index: number, prevResult?: object, changes: Partial<Call> = {}): Answer {
    const config = this.#plugins[index]
    assert.ok(config)
    const stdin = toStdin(this.network, config, this.#capabilities, prevResult)
    const call = this.attachment.call(command, stdin, { ifname: this.ifname, args: this.#args, ...changes })
    return callPlugin(call, config.type === 'tap' ? plugin : [join(standardPlugins, config.type)])
  }

  /** Runs ADD of each plugin. Stops at the first failure. Returns the last answer. */
  tryAdd(): Answer {
    let result: object | undefined
    let answer = this.#call('ADD', 0)
    for (let index = 0; answer.exitCode === 0; answer = this.#call('ADD', index, result)) {
      result = answer.json
      if (++index === this.#plugins.length) break
    }
    this.#cached = answer.exitCode === 0 ? result : undefined
    return answer
  }

  /** Runs ADD, which must succeed. Returns the result and what the plugins print on stderr. */
  add(): Answer {
    const answer = this.tryAdd()
    assert.is(answer.exitCode, 0, `ADD: ${answer.stdout}${answer.stderr}`)
    return answer
  }

  check(): void {
    for (const index of this.#plugins.keys()) {
      const { exitCode, stdout, stderr } = this.#call('CHECK', index, this.#cached)
      assert.is(exitCode, 0, `CHECK: ${stdout}${stderr}`)
    }
  }

  /** Runs DEL of each plugin in reverse order, with the cached result if there is one. */
  del(changes?: Partial<Call>): void {
    for (const index of [...this.#plugins.keys()].reverse()) {
      const { exitCode, stdout, stderr } = this.#call('DEL', index, this.#cached, changes)
      assert.equal([exitCode, stdout], [0, ''], `DEL: ${stdout}${stderr}`)
    }
  }

  /** Loses the cache, as after a restart of the node. */
  forget(): void {
    this.#cached = undefined
  }

  /** Runs STATUS or GC. libcni sets the variables of an attachment to empty strings. */
  #callNode(command: string, keys: object): void {
    for (const [index, config] of this.#plugins.entries()) {
      const stdin = { ...toStdin(this.network, config, {}), ...keys }
      const nothing = { containerId: '', netns: '', ifname: '', args: '', config: stdin }
      const { exitCode, stdout } = this.#call(command, index, undefined, nothing)
      assert.equal([exitCode, stdout], [0, ''], command)
    }
  }

  status(): void {
    this.#callNode('STATUS', {})
  }

  gc(attachments: readonly { containerID: string; ifname: string }[]): void {
    this.#callNode('GC', { 'cni.dev/valid-attachments': attachments, 'cni.dev/attachments': attachments })
  }
}
