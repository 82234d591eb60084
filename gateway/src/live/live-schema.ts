/**
 * The gateway's own part of the graph: what can be subscribed to. Its entities are stubs, so that the planner has each notification's record
 * fetched from the service that owns it, with the rights of the subscriber.
 */
export const LIVE_SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@authenticated", "@key", "@requiresScopes"])

"""
实时更新。每次推送带有 cursor；断线重连时以 after: cursor 补收其间的更新 / Live updates. Reconnect with after: the last cursor and nothing is missed.
"""
type Subscription {
  """有事项等待本单位本岗位办理 / something waits for the viewer's duty at the viewer's organisation"""
  taskAssigned(after: String): TaskAssigned! @authenticated
  """转学办理了一步；不给 id 时为本辖区全部（监护人须给出 id）/ a step of a transfer; without id of all that the viewer sees (a guardian names one)"""
  transferUpdated(id: ID, after: String): TransferUpdated! @requiresScopes(scopes: [["pupil.read"], ["child.read"]])
  """问题单上有新消息 / something was said on a ticket"""
  ticketMessage(ticketId: ID!, after: String): TicketMessageWritten! @requiresScopes(scopes: [["ticket.open"]])
  """收到新公告 / an announcement was published"""
  announcementPublished(after: String): AnnouncementPublished! @authenticated
}

"""等待办理的事项 / what waits"""
union Task = TransferCase | Ticket

type TaskAssigned {
  cursor: String! @authenticated
  task: Task @authenticated
}

type TransferUpdated {
  cursor: String! @authenticated
  transferCase: TransferCase @authenticated
}

type TicketMessageWritten {
  cursor: String! @authenticated
  ticket: Ticket @authenticated
  message: TicketMessage @authenticated
}

type AnnouncementPublished {
  cursor: String! @authenticated
  announcement: Announcement @authenticated
}

type TransferCase @key(fields: "id", resolvable: false) { id: ID! @authenticated }
type Ticket @key(fields: "id", resolvable: false) { id: ID! @authenticated }
type TicketMessage @key(fields: "id", resolvable: false) { id: ID! @authenticated }
type Announcement @key(fields: "id", resolvable: false) { id: ID! @authenticated }
`;

/** Name of that part in the supergraph; nothing listens there. */
export const LIVE_SUBGRAPH = 'live';
