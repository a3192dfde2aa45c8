import { problem, type IgnitionIssue } from './lint-issue.ts'

/** How much of a configuration a cloud takes as user data of a machine. */
export interface UserDataLimit {
  /** `ignition.platform.id` of its images. */
  platform: string
  /** Of the configuration as it is, before Base64. */
  maxBytes: number
  source: string
}

/** Clouds whose documentation says it. Of others nobody knows here: nothing is refused. */
export const userDataLimits: readonly UserDataLimit[] = [
  {
    platform: 'aliyun',
    maxBytes: 32 * 1024,
    source: 'https://www.alibabacloud.com/help/en/ecs/user-guide/manage-the-user-data-of-linux-instances',
  },
  {
    platform: 'aws',
    maxBytes: 16 * 1024,
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html',
  },
  {
    platform: 'openstack',
    // 65,535 bytes in Base64, which makes four bytes of three.
    maxBytes: Math.floor(65_535 / 4) * 3,
    source: 'https://docs.openstack.org/nova/latest/user/user-data.html',
  },
]

/** An error when a cloud does not take a configuration of that size; a pointer to it is small. */
export function userDataIssues(bytes: number, platform: string): IgnitionIssue[] {
  const limit = userDataLimits.find((row) => row.platform === platform)
  if (limit === undefined || bytes <= limit.maxBytes) return []
  return [
    problem('user-data', [], {
      en: `has ${bytes} bytes, and ${platform} takes ${limit.maxBytes} as user data: serve it, and give a pointer to it (osferry ignition pointer)`,
      zh: `共 ${bytes} 字节，而 ${platform} 的用户数据上限为 ${limit.maxBytes}：请另行提供该文件，并以指针配置代替（osferry ignition pointer）`,
    }),
  ]
}
