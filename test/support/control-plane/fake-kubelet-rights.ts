import { ApiError, connectApi, type ApiClient } from './api.ts'
import type { ControlPlane } from './start.ts'

const user = 'fake-kubelet'
const group = 'rbac.authorization.k8s.io'
const rbac = `/apis/${group}/v1`

/**
 * Connects as the user fake-kubelet, who may what Kubernetes' own role system:node allows any node, and what the CSI
 * attacher it plays may; so its requests have a user of their own in the audit log, and no more rights than a kubelet.
 */
export async function connectAsKubelet(controlPlane: ControlPlane): Promise<ApiClient> {
  const admin = connectApi(controlPlane)
  await create(admin, 'clusterroles', {
    metadata: { name: 'fake-attacher' },
    rules: [
      {
        apiGroups: ['storage.k8s.io'],
        resources: ['volumeattachments', 'volumeattachments/status'],
        verbs: ['get', 'list', 'watch', 'patch'],
      },
    ],
  })
  for (const role of ['system:node', 'fake-attacher']) {
    await create(admin, 'clusterrolebindings', {
      metadata: { name: `fake-kubelet-${role.replace(':', '-')}` },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: role },
      subjects: [{ apiGroup: group, kind: 'User', name: user }],
    })
  }
  admin.close()
  return connectApi(controlPlane.loginFor({ user }))
}

async function create(admin: ApiClient, resource: string, body: object): Promise<void> {
  try {
    await admin.request('POST', `${rbac}/${resource}`, { body })
  } catch (error) {
    // A second fake kubelet of the same control plane.
    if (!(error instanceof ApiError) || error.status !== 409) throw error
  }
}
