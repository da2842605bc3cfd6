import type { Language } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  title: 'Account',
  roles: 'What you may do',
  noRoles: 'No role yet: an administrator has to give you one.',
  notHere: 'There is no account here.',
  notHereAdvice: 'Accounts are for people who signed in with name and password. On the gateway’s own machine, and with a token, nobody does.',
  password: 'Password',
  current: 'Password until now',
  next: 'New password',
  change: 'Change password',
  changed: 'The password is changed. All other sessions have ended.',
  currentWrong: 'The password until now is not right.',
  passwordHelp: 'Length is what counts: a few words you can remember are good. Any characters may be used.',
  lengths: { short: 'too short', fair: 'long enough', good: 'good length', long: 'very good length' },
  meter: (characters: string, words: string) => `${characters} characters: ${words}`,
  factor: 'Second factor',
  factorOff: 'Off. With it, signing in also takes a code from an app on your phone.',
  factorOn: 'On: signing in takes a code too.',
  factorStart: 'Set up',
  factorScan: 'Scan this with an authenticator app, or enter the key by hand. Then enter the code that the app shows.',
  factorQr: 'QR code for the authenticator app',
  factorKey: 'Key',
  factorCode: 'Code from the app',
  factorConfirm: 'Switch on',
  factorDrop: 'Switch off',
  factorDropHelp: 'Enter your password to switch it off.',
  cancel: 'Cancel',
  recovery: 'Recovery codes',
  recoveryHelp: 'Each lets you in once when your phone is not at hand. They are shown only now: keep them in a safe place.',
  copy: 'Copy',
  copied: 'Copied',
  print: 'Print',
  kept: 'I have kept them',
  sessions: 'Where you are signed in',
  thisOne: 'this browser',
  from: 'From',
  browser: 'Browser',
  means: 'By',
  lastSeen: 'Last seen',
  end: 'End',
  endOf: (address: string) => `End the session from ${address}`,
  meansWords: {
    password: 'password',
    'password+totp': 'password and code',
    'password+recovery': 'password and recovery code',
    oidc: 'single sign-on',
    invitation: 'invitation',
  },
  invitation: 'Choose a password',
  invitationFor: (name: string) => `You are invited as ${name}.`,
  invitationName: 'Name to sign in with',
  invitationSave: 'Save and sign in',
  invitationBad: 'This link is not good any more.',
  invitationBadAdvice: 'It was used, replaced by a newer one, or is over, or part of it is missing. Ask an administrator for another.',
  invitationDone: 'The password is set. Sign in with it and a code of your second factor.',
  toStart: 'To the start page',
} as const

type Texts = {
  readonly [K in keyof typeof en]: (typeof en)[K] extends (...args: infer Args) => string
    ? (...args: Args) => string
    : (typeof en)[K] extends string
      ? string
      : { readonly [L in keyof (typeof en)[K]]: string }
}

const zh: Texts = {
  title: '账号',
  roles: '您的权限',
  noRoles: '尚无角色：需由管理员授予。',
  notHere: '这里没有账号。',
  notHereAdvice: '账号只供用用户名和密码登录的人员使用；在网关本机上或使用令牌时没有账号。',
  password: '密码',
  current: '当前密码',
  next: '新密码',
  change: '修改密码',
  changed: '密码已修改，其他会话均已结束。',
  currentWrong: '当前密码不正确。',
  passwordHelp: '长度最重要：用几个便于记住的词即可，可使用任意字符。',
  lengths: { short: '太短', fair: '够长', good: '长度良好', long: '长度很好' },
  meter: (characters, words) => `${characters} 个字符：${words}`,
  factor: '第二因素',
  factorOff: '未启用。启用后，登录时还需输入手机应用中的验证码。',
  factorOn: '已启用：登录时还需验证码。',
  factorStart: '设置',
  factorScan: '用验证器应用扫描此二维码，或手动输入密钥，然后输入应用显示的验证码。',
  factorQr: '供验证器应用扫描的二维码',
  factorKey: '密钥',
  factorCode: '应用中的验证码',
  factorConfirm: '启用',
  factorDrop: '停用',
  factorDropHelp: '输入密码以停用。',
  cancel: '取消',
  recovery: '恢复码',
  recoveryHelp: '手机不在身边时，每个恢复码可登录一次。它们只在此显示一次，请妥善保存。',
  copy: '复制',
  copied: '已复制',
  print: '打印',
  kept: '我已保存',
  sessions: '您的登录会话',
  thisOne: '本浏览器',
  from: '来自',
  browser: '浏览器',
  means: '方式',
  lastSeen: '最近活动',
  end: '结束',
  endOf: address => `结束来自 ${address} 的会话`,
  meansWords: {
    password: '密码',
    'password+totp': '密码和验证码',
    'password+recovery': '密码和恢复码',
    oidc: '单点登录',
    invitation: '邀请',
  },
  invitation: '设置密码',
  invitationFor: name => `您被邀请为 ${name}。`,
  invitationName: '登录用户名',
  invitationSave: '保存并登录',
  invitationBad: '此链接已失效。',
  invitationBadAdvice: '它已被使用、被新链接取代或过期，也可能不完整。请向管理员索取新链接。',
  invitationDone: '密码已设置。请用密码和第二因素的验证码登录。',
  toStart: '前往首页',
}

/** Texts of the pages people have for themselves, which come with them. */
export const accountTexts: Readonly<Record<Language, Texts>> = { en, zh }

/** The texts in the language of the page. */
export function useAccountTexts(): Texts {
  return accountTexts[useLanguage().language]
}
