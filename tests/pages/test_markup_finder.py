"""The finder of markup itself."""

from streamlit.testing.v1 import AppTest

from tests.pages.markup import markup, mentions

SECONDS = 120


def test_what_would_be_markup_is_found() -> None:
    def page() -> None:
        import streamlit as st  # noqa: PLC0415 - it runs as a script of its own

        from tests.pages.markup import HOSTILE as TEXT  # noqa: PLC0415

        for draw in (
            st.markdown,
            st.caption,
            st.html,
            st.badge,
            st.subheader,
            st.toast,
            st.checkbox,
            st.error,
        ):
            draw(TEXT)
        st.error("x", title=TEXT)
        st.button("x", help=TEXT)
        st.button(TEXT)
        st.progress(0.1, text=TEXT)
        st.expander(TEXT).write("x")
        st.popover(TEXT).write("x")
        st.tabs([TEXT])
        st.radio("x", [TEXT])
        st.segmented_control("x", [TEXT])
        st.metric("x", TEXT)
        st.markdown(TEXT, unsafe_allow_html=True)
        st.dialog(TEXT)(lambda: None)()

    app = AppTest.from_function(page, default_timeout=SECONDS).run()
    assert not app.exception
    found = {text.partition(":")[0] for text in markup(app)}
    assert found == {
        *("Alert.body", "Alert.title", "Button.help", "Button.label", "Checkbox.label", "Dialog.title"),
        *("Expandable.label", "Heading.body", "Html.body", "Markdown.body", "Markdown may run what is in it"),
        *("Metric.body", "Option.content", "Popover.label", "Progress.text", "Radio.options", "Tab.label"),
        "Toast.body",
    }


def test_text_that_is_escaped_is_none() -> None:
    def page() -> None:
        import streamlit as st  # noqa: PLC0415 - see above

        from components.widgets.common.elements import plain  # noqa: PLC0415
        from tests.pages.markup import HOSTILE as TEXT  # noqa: PLC0415

        st.markdown(f"**{plain(TEXT)}**")
        st.code(TEXT)
        st.dataframe({"column": [TEXT]})

    app = AppTest.from_function(page, default_timeout=SECONDS).run()
    assert mentions(app) >= 2
    assert markup(app) == []
