window.YTD.direct_messages.part0 = [{"dmConversation":{"conversationId":"7-9","messages":[{"messageCreate":{"text":"Open?","senderId":"7","id":"1","createdAt":"2026-03-01T08:15:28.282Z"}}]}}]
