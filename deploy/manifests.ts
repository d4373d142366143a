import type { DaemonSet } from 'kubernetes-types/apps/v1.js'
import type { Namespace } from 'kubernetes-types/core/v1.js'

/** A network that Multus attaches to pods which name it in an annotation (k8s.cni.cncf.io/v1). */
interface NetworkAttachmentDefinition {
  readonly apiVersion: 'k8s.cni.cncf.io/v1'
  readonly kind: 'NetworkAttachmentDefinition'
  readonly metadata: { readonly name: string; readonly namespace?: string }
  /** `config` is a CNI configuration or list, as JSON. */
  readonly spec: { readonly config: string }
}

/** The file that kubectl -k reads (kustomize.config.k8s.io/v1beta1). */
interface Kustomization {
  readonly apiVersion: 'kustomize.config.k8s.io/v1beta1'
  readonly kind: 'Kustomization'
  readonly namespace: string
  readonly resources: readonly string[]
  readonly images: readonly { readonly name: string; readonly newName: string; readonly digest: string }[]
}

const name = 'netloom-tap-installer'
const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'netloom' }

/** Name of the image in the manifests. The kustomization replaces it by an address and a digest. */
export const image = 'netloom-tap'

/** Folders of the node's plugins in the node and in the container. */
const folders = { node: '/opt/cni/bin', container: '/host/opt/cni/bin' }

export const namespace: Namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'netloom', labels } }

/**
 * Installs the plugin on each node, also on new ones and on those that accept no other pods, and keeps it there. It stays when the
 * DaemonSet is deleted, because running pods need its DEL.
 */
export const daemonSet: DaemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, labels },
  spec: {
    selector: { matchLabels: { 'app.kubernetes.io/name': name } },
    // One installer per node at a time, as without maxSurge, which is unknown before 1.22. Two versions would replace each other's file.
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
    template: {
      metadata: { labels },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: [{ operator: 'Exists' }],
        priorityClassName: 'system-node-critical',
        terminationGracePeriodSeconds: 10,
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'install',
            image,
            args: ['install', '--to', folders.container, '--watch'],
            resources: { requests: { cpu: '5m', memory: '16Mi' }, limits: { memory: '64Mi' } },
            // Root, because the folder is root's. It needs no capability for files of its own.
            securityContext: {
              runAsUser: 0,
              runAsGroup: 0,
              allowPrivilegeEscalation: false,
              privileged: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
            volumeMounts: [{ name: 'plugins', mountPath: folders.container }],
          },
        ],
        volumes: [{ name: 'plugins', hostPath: { path: folders.node, type: 'DirectoryOrCreate' } }],
      },
    },
  },
}

/** A kustomization with the image's address and digest. */
export const kustomization = (newName: string, digest: string): Kustomization => ({
  apiVersion: 'kustomize.config.k8s.io/v1beta1',
  kind: 'Kustomization',
  namespace: 'netloom',
  resources: ['namespace.yaml', 'daemonset.yaml'],
  images: [{ name: image, newName, digest }],
})

/** A network with a tap for a virtual machine that runs as uid 107, as KubeVirt's do. */
export const network: NetworkAttachmentDefinition = {
  apiVersion: 'k8s.cni.cncf.io/v1',
  kind: 'NetworkAttachmentDefinition',
  metadata: { name: 'tap' },
  spec: {
    config: JSON.stringify(
      {
        cniVersion: '1.1.0',
        name: 'tap',
        type: 'tap',
        owner: 107,
        group: 107,
        capabilities: { mac: true },
      },
      null,
      2,
    ),
  },
}

/** A network in which the guest has the address of its pod, as for Firecracker and Kata. */
export const redirected: NetworkAttachmentDefinition = {
  apiVersion: 'k8s.cni.cncf.io/v1',
  kind: 'NetworkAttachmentDefinition',
  metadata: { name: 'redirected' },
  spec: {
    config: JSON.stringify(
      {
        cniVersion: '1.1.0',
        name: 'redirected',
        plugins: [
          {
            type: 'bridge',
            bridge: 'cni-vm0',
            isGateway: true,
            ipam: { type: 'host-local', subnet: '10.89.0.0/16', routes: [{ dst: '0.0.0.0/0' }] },
          },
          { type: 'tap', redirect: 'prevResult' },
        ],
      },
      null,
      2,
    ),
  },
}
