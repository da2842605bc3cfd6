import type { Language, Translated } from '../i18n/catalogue.ts'
import { useLanguage } from '../i18n/language-provider.tsx'

const en = {
  title: 'Sign in',
  signInWith: (name: string) => `Sign in with ${name}`,
  elsewhere: (name: string, place: string) => `${name} works at ${place}`,
  or: 'or',
  /** Until the gateway has said what it is called. */
  provider: 'the provider',
  working: 'You are being signed in…',
  codeHelp: 'One more step: the code of your second factor.',
  again: 'Try again',
  otherWays: 'Other ways to sign in',
  toAccount: 'Back to the account',
  over: 'This sign-in is over, or was begun in another browser or tab. Begin again.',
  refused: (name: string) => `Signing in at ${name} was broken off. If that was not you, tell an administrator: the gateway’s log says why.`,
  unreachable: (name: string) => `${name} does not answer at the moment. If you have a password, sign in with it; otherwise try again in a moment.`,
  unproven: (name: string) => `What ${name} said could not be verified, so nobody was let in. Try again; if it stays so, tell an administrator.`,
  unknown: (name: string) => `${name} knows you, but this gateway does not. Ask an administrator to connect your account.`,
  unverified: (name: string) => `${name} has not made sure that your e-mail address is yours. Confirm it there first.`,
  weak: (name: string) => `This gateway asks for a second factor at ${name}. Set one up there, then try again.`,
  noRole: 'None of your groups may do anything here. Ask an administrator for a role.',
  disabled: 'This account may not sign in.',
  nameTaken: 'Somebody here has your name already. Ask an administrator to connect your account.',
  nameBad: (name: string) => `${name} does not tell a name that can be used here. Tell an administrator.`,
  taken: 'Somebody else signs in with this already.',
  section: 'Signing in elsewhere',
  none: (name: string) => `Connect your account with ${name}, and you can sign in there without the password of this gateway.`,
  came: 'Your account came with it; your roles follow your groups there.',
  connectedAs: (subject: string) => `as ${subject}`,
  connect: (name: string) => `Connect with ${name}`,
  connectHelp: 'Enter your password, to be sure that it is you.',
  disconnect: 'Disconnect',
  disconnectOf: (issuer: string) => `Disconnect from ${issuer}`,
} as const

type Texts = Translated<typeof en>

const zh: Texts = {
  title: '登录',
  signInWith: name => `使用${name}登录`,
  elsewhere: (name, place) => `请在 ${place} 使用${name}登录`,
  or: '或',
  provider: '身份提供方',
  working: '正在登录…',
  codeHelp: '还差一步：请输入第二因素的验证码。',
  again: '重试',
  otherWays: '其他登录方式',
  toAccount: '返回账号页',
  over: '本次登录已失效，或是在其他浏览器或标签页中发起的。请重新开始。',
  refused: name => `在${name}的登录已中止。如果不是您取消的，请告知管理员：原因见网关日志。`,
  unreachable: name => `${name}暂时没有响应。如果您有密码，请用密码登录；否则请稍后再试。`,
  unproven: name => `无法核实${name}返回的内容，因此未登录。请重试；若仍如此，请告知管理员。`,
  unknown: name => `${name}认识您，但本网关不认识。请让管理员关联您的账号。`,
  unverified: name => `${name}尚未确认您的电子邮箱归您所有。请先在那里确认。`,
  weak: name => `本网关要求在${name}使用第二因素。请先在那里设置，然后重试。`,
  noRole: '您所在的组在这里没有任何权限。请向管理员申请角色。',
  disabled: '此账号不允许登录。',
  nameTaken: '这里已有人使用您的用户名。请让管理员关联您的账号。',
  nameBad: name => `${name}没有提供可在这里使用的用户名。请告知管理员。`,
  taken: '已有其他人使用此身份登录。',
  section: '外部登录',
  none: name => `将您的账号与${name}关联后，即可在那里登录，无需本网关的密码。`,
  came: '您的账号由此而来，角色随您在那里的组变化。',
  connectedAs: subject => `身份标识 ${subject}`,
  connect: name => `关联${name}`,
  connectHelp: '请输入密码，以确认是您本人。',
  disconnect: '解除关联',
  disconnectOf: issuer => `解除与 ${issuer} 的关联`,
}

/** Texts of signing in at a provider of OpenID Connect. */
export const providerTexts: Readonly<Record<Language, Texts>> = { en, zh }

export type ProviderTexts = Texts

/** The texts in the language of the page. */
export function useProviderTexts(): Texts {
  return providerTexts[useLanguage().language]
}
