import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pod } from 'kubernetes-types/core/v1.js'
import { parse, stringify } from 'yaml'
import { until } from '../support/until.js'
import { Containerd } from './containerd.js'
import { ControlPlane } from './control-plane.js'
import type { Sandbox } from './cri.js'
import { provided } from './environment.js'
import { Kubelet, nodeName, podSpec, unhurried } from './kubelet.js'
import { Leases } from './leases.js'
import { nodePlugins } from './node.js'
import { addStandardPlugins } from './plugin-folder.js'

/** Files of a release, and the program that its image contains for this machine. */
export interface Release {
  readonly version: string
  /** Address of the image in a registry, without tag and digest. */
  readonly name: string
  readonly digest: string
  readonly image: string
  readonly manifests: string
  readonly program: string
}

/** The installed plugin. */
export const installed = join(nodePlugins, 'tap')

/** A cluster with one node. The network of its pods is a bridge. */
export class Cluster {
  readonly containerd: Containerd = new Containerd(provided('NETLOOM_CONTAINERD_BOOKWORM'), nodePlugins)
  readonly plane: ControlPlane = new ControlPlane()
  readonly kubelet: Kubelet = new Kubelet(this.containerd.socket, this.plane.kubeconfig)
  readonly leases: Leases = new Leases(join(this.containerd.folder, 'leases'))
  readonly releases: readonly Release[] = JSON.parse(provided('NETLOOM_RELEASES'))

  async start(): Promise<void> {
    addStandardPlugins(nodePlugins)
    const ipam = { type: 'host-local', subnet: '10.85.0.0/16', dataDir: this.leases.folder }
    this.setNetwork('10-primary', { type: 'bridge', bridge: 'primary', isGateway: true, ipam })
    await this.containerd.start(2)
    this.containerd.importImage()
    // In place of a registry. containerd chooses the architecture.
    for (const { image, name } of this.releases) this.containerd.importImage(image, '--base-name', name, '--digests')
    await this.plane.start()
    await this.kubelet.start()
    await until('the node to be ready', () => this.isNodeReady(), unhurried)
  }

  /** Ends the programs. Pods that are left end with the namespaces of the suite. */
  async stop(): Promise<void> {
    await this.kubelet.stop()
    await this.plane.stop()
    await this.containerd.stop()
  }

  setNetwork(name: string, plugin: object): void {
    this.containerd.setNetwork(name, { cniVersion: '1.0.0', name, plugins: [plugin] })
  }

  private async isNodeReady(): Promise<boolean> {
    const node = await this.plane.get('node', nodeName).catch(() => undefined)
    const conditions: readonly { type: string; status: string }[] = node?.status?.conditions ?? []
    return conditions.some(({ type, status }) => type === 'Ready' && status === 'True') && !node.spec.taints
  }

  /**
   * Unpacks the manifests of a release, and applies them as the documentation says. Returns their folder.
   * @param keys for the specification of the installer's pod
   */
  async applyRelease({ manifests }: Release, keys: object = {}): Promise<string> {
    const folder = mkdtempSync(join(this.plane.folder, 'manifests-'))
    execFileSync('tar', ['-xzf', manifests, '-C', folder])
    const file = join(folder, 'daemonset.yaml')
    const daemonSet = parse(readFileSync(file, 'utf8'))
    Object.assign(daemonSet.spec.template.spec, keys)
    if (Object.keys(keys).length > 0) writeFileSync(file, stringify(daemonSet))
    await this.plane.kubectl('apply', '-k', folder)
    return folder
  }

  /** Waits for the installer, as the documentation says. */
  async rollOut(): Promise<void> {
    await this.plane.kubectl('-n', 'netloom', 'rollout', 'status', 'daemonset/netloom-tap-installer', '--timeout=300s')
  }

  /** Returns the installer's pod. Waits until it is the only one. */
  installer(): Promise<Pod> {
    return until('one installer', async () => {
      const { items } = await this.plane.get('pods', '-n', 'netloom')
      return items.length === 1 && items[0].status.containerStatuses?.[0]?.ready ? items[0] : undefined
    })
  }

  /** Returns the ready sandbox of a pod. */
  async sandbox({ metadata }: Pod): Promise<Sandbox> {
    const all = await this.containerd.cri.sandboxes(metadata?.name)
    const ready = all.find(({ state }) => state === 'SANDBOX_READY')
    if (!ready) throw new Error(`expected a sandbox of ${metadata?.name}`)
    return ready
  }

  /** Creates or changes the deployment `vm`. */
  async deploy(replicas: number): Promise<void> {
    const labels = { app: 'vm' }
    const template = { metadata: { labels }, spec: podSpec() }
    const spec = { replicas, selector: { matchLabels: labels }, template }
    await this.plane.apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'vm' }, spec })
  }

  /** Waits until the pods of the deployment are ready. Returns them. */
  async deployed(): Promise<readonly Pod[]> {
    await this.plane.kubectl('rollout', 'status', 'deployment/vm', '--timeout=300s')
    return (await this.plane.get('pods', '-l', 'app=vm')).items
  }

  /** Deletes the deployment and its pods. Returns their sandboxes. */
  async remove(): Promise<readonly Sandbox[]> {
    await this.plane.kubectl('delete', 'deployment', 'vm', '--cascade=foreground', '--timeout=300s')
    await until(
      'the pods to be deleted',
      async () => (await this.plane.get('pods', '-l', 'app=vm')).items.length === 0,
      unhurried,
    )
    const sandboxes = await this.containerd.cri.sandboxes()
    return sandboxes.filter(({ metadata }) => metadata.name.startsWith('vm-'))
  }
}

/** True if the installed plugin is the program of a release. */
export function hasProgram({ program }: Release): boolean {
  try {
    return statSync(installed).mode % 0o1000 === 0o755 && readFileSync(installed).equals(readFileSync(program))
  } catch {
    return false
  }
}

/** Returns the names in the folder of the node's plugins. */
export const pluginNames = () => readdirSync(nodePlugins).sort()
